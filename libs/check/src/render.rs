//! Tables and diagrams from the code, for reviewed snapshots.
use crate::story::{Edge, Story};
use kernel::{Actor, Machine, Refusal, Timer};
use std::collections::BTreeSet;
use std::fmt::Write;
use strum::VariantArray;

/// Which action is open in which situation: a Markdown table, a row per action, a column per `(name, story, actor)`.
///
/// A cell is `yes`, the refusal's code, or empty when the action is not meant for the actor.
pub fn matrix<M: Machine>(situations: &[(&str, &Story<M>, &Actor)]) -> String {
    let mut text = String::from("| action |");
    for (name, _, _) in situations {
        write!(text, " {name} |").expect("a string takes text");
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(situations.len()));
    for action in M::Action::VARIANTS {
        let name: &'static str = (*action).into();
        write!(text, "\n| {name} |").expect("a string takes text");
        for (_, story, actor) in situations {
            let offered = story.actions(actor).into_iter().find(|offered| offered.action == name);
            let cell = match offered {
                None => "",
                Some(offered) => offered.refusal.as_ref().map_or("yes", Refusal::code),
            };
            write!(text, " {cell} |").expect("a string takes text");
        }
    }
    text.push('\n');
    text
}

/// The table of a machine's deadlines: kind, rule, what happens.
pub fn deadlines<M: Machine>() -> String {
    let mut text = String::from("| deadline | rule | on expiry |\n|---|---|---|\n");
    for timer in M::Timer::VARIANTS {
        let name: &'static str = (*timer).into();
        writeln!(text, "| {name} | {} | {} |", timer.rule(), timer.on_expiry()).expect("a string takes text");
    }
    text
}

/// A Mermaid state diagram of the transitions that stories went through.
pub fn diagram(edges: &BTreeSet<Edge>) -> String {
    let mut text = String::from("stateDiagram-v2\n");
    for (before, cause, after) in edges {
        let before = if *before == "absent" { "[*]" } else { before };
        writeln!(text, "    {before} --> {after}: {cause}").expect("a string takes text");
    }
    text
}
