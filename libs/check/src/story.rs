//! One aggregate in memory, on a clock that the test moves.
use kernel::machine::IntoName;
use kernel::run::{self, Asked, Env, Handled, Offered, Outcome};
use kernel::{Actor, Calendar, Class, EditionId, Machine, Party, Refusal, Time, TimeDelta};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;
use uuid::Uuid;

/// A transition that a story went through: status before, what caused it, status after.
pub type Edge = (&'static str, &'static str, &'static str);

/// What others do in a state, and who.
pub type Others<M> = fn(&<M as Machine>::State) -> Vec<(Actor, <M as Machine>::Command)>;

/// One aggregate, its clock, its rules and its facts. Methods panic when what the test expects does not happen.
pub struct Story<M: Machine> {
    /// The aggregate's id.
    pub id: Uuid,
    /// The story's present.
    pub now: Time,
    /// The state so far.
    pub state: M::State,
    /// The number of events so far.
    pub version: i64,
    /// What is known of others; set it freely.
    pub facts: M::Facts,
    /// Everything that happened, with its instant and its actor.
    pub journal: Vec<(Time, Actor, M::Event)>,
    /// The transitions seen, for diagrams.
    pub edges: BTreeSet<Edge>,
    /// What others do at once, whatever happened: as notifications, which tells that a notice was served.
    pub others: Others<M>,
    edition: EditionId,
    rules: Arc<M::Rules>,
    calendar: Arc<Calendar>,
}

impl<M: Machine> Story<M> {
    /// An absent aggregate on Monday 2026-03-02, 09:00 UTC.
    pub fn new(edition: EditionId, rules: Arc<M::Rules>, calendar: Arc<Calendar>) -> Self {
        Self {
            id: Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0001),
            now: Time::from_timestamp(1_772_442_000, 0).expect("a valid instant"),
            state: M::State::default(),
            version: 0,
            facts: M::Facts::default(),
            journal: vec![],
            edges: BTreeSet::new(),
            others: |_| vec![],
            edition,
            rules,
            calendar,
        }
    }

    /// `command` is carried out by `actor`; answers its events.
    #[track_caller]
    pub fn does(&mut self, actor: &Actor, command: M::Command) -> Vec<M::Event> {
        let shown = format!("{command:?}");
        match self.ask(actor, &command) {
            (Outcome::Done(_), events) => events,
            (other, _) => panic!("{} {shown} should be carried out, but: {other:?}", actor.sub),
        }
    }

    /// `command` is refused; answers the refusal. Lapses that were due stand all the same.
    #[track_caller]
    pub fn refuses(&mut self, actor: &Actor, command: M::Command) -> M::Refusal {
        let shown = format!("{command:?}");
        match self.ask(actor, &command) {
            (Outcome::Refused(refusal), _) => refusal,
            (other, _) => panic!("{} {shown} should be refused, but: {other:?}", actor.sub),
        }
    }

    /// `command` is refused with this code, on this rule.
    #[track_caller]
    pub fn refuses_with(&mut self, actor: &Actor, command: M::Command, code: &str, rule: Option<&str>) {
        let refusal = self.refuses(actor, command);
        let found_rule = refusal.rule().map(|rule| rule.to_string());
        assert_eq!((refusal.code(), found_rule.as_deref()), (code, rule), "{refusal}");
    }

    /// The caller is nothing to this aggregate (404).
    #[track_caller]
    pub fn unknown_to(&mut self, actor: &Actor, command: M::Command) {
        let outcome = self.ask(actor, &command).0;
        assert!(matches!(outcome, Outcome::Unknown), "expected 404, found {outcome:?}");
    }

    /// Sends a command and answers how it ended and what it brought about (without lapses).
    pub fn ask(&mut self, actor: &Actor, command: &M::Command) -> (Outcome<M::Refusal>, Vec<M::Event>) {
        let action = M::action(command);
        let open = self.guard_of(actor, action);
        let handled = self.run(actor, Some(command));
        if let (Some(Err(refusal)), Outcome::Done(_)) = (&open, &handled.outcome) {
            panic!("actions[] said {action:?} is not open ({refusal}), yet it succeeded");
        }
        if let (Some(Ok(())), Outcome::Refused(refusal)) = (&open, &handled.outcome) {
            let for_the_payload = matches!(refusal.class(), Class::Invalid { .. } | Class::Taken);
            assert!(for_the_payload, "actions[] said {action:?} is open, yet it was refused: {refusal}");
        }
        let events = handled.events[handled.lapsed..].to_vec();
        let outcome = self.accept(actor, action.into(), handled);
        self.let_others_act();
        (outcome, events)
    }

    fn let_others_act(&mut self) {
        for (actor, command) in (self.others)(&self.state) {
            let handled = self.run(&actor, Some(&command));
            self.accept(&actor, M::action(&command).into(), handled);
        }
    }

    /// Moves the clock, stopping at each deadline on the way to let it lapse; answers what lapsed.
    #[track_caller]
    pub fn advance(&mut self, by: TimeDelta) -> Vec<M::Event> {
        let end = self.now + by;
        let mut lapsed = vec![];
        while let Some(due) = run::next_due::<M>(&self.state).filter(|due| *due <= end) {
            self.now = self.now.max(due);
            lapsed.extend(self.nudge());
        }
        self.now = end;
        lapsed
    }

    /// Moves the clock without letting anything lapse: what an outage looks like.
    pub fn sleep_through(&mut self, by: TimeDelta) {
        self.now += by;
    }

    /// Lapses what is due now.
    pub fn nudge(&mut self) -> Vec<M::Event> {
        let timer = M::deadlines(&self.state)
            .into_iter()
            .filter(|deadline| deadline.running_until().is_some_and(|due| due <= self.now))
            .min_by_key(kernel::Deadline::running_until)
            .map_or("nothing due", |deadline| deadline.timer.into());
        let handled = self.run(&Actor::clock(), None);
        let events = handled.events.clone();
        self.accept(&Actor::clock(), timer, handled);
        self.let_others_act();
        events
    }

    /// What `actor` is offered, as the API would answer it.
    pub fn actions(&self, actor: &Actor) -> Vec<Offered<M::Refusal>> {
        match M::relation(&self.state, actor) {
            None => vec![],
            Some(party) => run::actions::<M>(&self.state, &self.env().context(actor, party)),
        }
    }

    /// The names of what is open to `actor` now.
    pub fn open_to(&self, actor: &Actor) -> Vec<&'static str> {
        self.actions(actor)
            .into_iter()
            .filter(|offered| offered.refusal.is_none())
            .map(|offered| offered.action)
            .collect()
    }

    /// The status.
    pub fn status(&self) -> &'static str {
        M::status(&self.state)
    }

    /// The names of all events so far.
    pub fn event_names(&self) -> Vec<&'static str> {
        self.journal.iter().map(|(_, _, event)| event.name()).collect()
    }

    /// When the deadline of this kind is due, if it runs.
    pub fn due(&self, timer: M::Timer) -> Option<Time> {
        M::deadlines(&self.state).iter().find(|deadline| deadline.timer == timer)?.running_until()
    }

    /// The journal as a readable timeline: instant, actor, event.
    pub fn timeline(&self) -> String {
        let mut text = String::new();
        for (at, actor, event) in &self.journal {
            let payload = serde_json::to_string(event).expect("an event serialises");
            writeln!(text, "{} {:<12} {payload}", at.format("%m-%d %H:%M"), actor.sub).expect("a string takes text");
        }
        text
    }

    fn env(&self) -> Env<'_, M> {
        Env {
            id: self.id,
            now: self.now,
            spared: None,
            edition: &self.edition,
            rules: &self.rules,
            procedure: &self.rules,
            calendar: &self.calendar,
            facts: &self.facts,
        }
    }

    /// What `actions[]` says of an action before it is tried; only meaningful when nothing is due.
    fn guard_of(&self, actor: &Actor, action: M::Action) -> Option<Result<(), M::Refusal>> {
        let settled = run::next_due::<M>(&self.state).is_none_or(|due| due > self.now);
        let party = M::relation(&self.state, actor)?;
        settled.then(|| M::guard(&self.state, action, &self.env().context(actor, party)))
    }

    fn run(&self, actor: &Actor, command: Option<&M::Command>) -> Handled<M> {
        let asked = Asked { actor, command, expect: None };
        run::handle(self.state.clone(), self.version, &asked, &self.env()).expect("the machine is sound")
    }

    fn accept(&mut self, actor: &Actor, cause: &'static str, handled: Handled<M>) -> Outcome<M::Refusal> {
        let before = M::status(&self.state);
        let after = M::status(&handled.state);
        if !handled.events.is_empty() {
            self.edges.insert((before, cause, after));
        }
        for (place, event) in handled.events.into_iter().enumerate() {
            let by = if place < handled.lapsed { Actor::clock() } else { actor.clone() };
            self.journal.push((self.now, by, event));
            self.version += 1;
        }
        self.state = handled.state;
        self.always_holds();
        handled.outcome
    }

    /// The state reads back from JSON, is small, equals its folded journal, and has no two deadlines of one name.
    fn always_holds(&self) {
        let json = serde_json::to_string(&self.state).expect("a state serialises");
        assert!(json.len() <= 32 * 1024, "a state of {} bytes is refused by the engine", json.len());
        let read: M::State = serde_json::from_str(&json).expect("a state reads back");
        assert_eq!(read, self.state, "the state changes when it is stored");
        let events: Vec<_> = self.journal.iter().map(|(_, _, event)| event.clone()).collect();
        let text = serde_json::to_string(&events).expect("events serialise");
        let events: Vec<M::Event> = serde_json::from_str(&text).expect("events read back");
        let folded = run::evolve_all::<M>(M::State::default(), &events).expect("the journal folds");
        assert_eq!(folded, self.state, "the journal does not fold to the state");
        let deadlines = M::deadlines(&self.state);
        for (place, one) in deadlines.iter().enumerate() {
            let twin = deadlines[..place].iter().any(|other| (other.timer, other.subject) == (one.timer, one.subject));
            assert!(!twin, "two deadlines {:?} of one subject", one.timer);
        }
    }

    /// What a party is to the aggregate now.
    pub fn party_of(&self, actor: &Actor) -> Option<Party> {
        M::relation(&self.state, actor)
    }
}
