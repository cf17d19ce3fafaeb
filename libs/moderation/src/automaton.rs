//! Many words sought in a text at once.
//!
//! Owns the choice of the automaton: a double array (Aoe 1989), which holds tens of thousands of words in a few
//! megabytes and takes one step for each byte of the text.
use daachorse::DoubleArrayAhoCorasick;

/// Finds all patterns wherever they stand, overlapping ones too.
pub(crate) struct Automaton(Option<DoubleArrayAhoCorasick<u32>>);

impl Automaton {
    /// Of patterns that are not empty and differ from each other. Panics if they are not: they come from tables whose
    /// keys they are.
    pub(crate) fn of(patterns: &[String]) -> Self {
        let build = |patterns: &[String]| match DoubleArrayAhoCorasick::new(patterns) {
            Ok(automaton) => automaton,
            Err(error) => panic!("the words of the lists make no automaton: {error}"),
        };
        Self((!patterns.is_empty()).then(|| build(patterns)))
    }

    /// Tells where patterns stand in a text, in the order in which they end: the pattern's place, first byte, end.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        let Some(automaton) = &self.0 else { return };
        for one in automaton.find_overlapping_iter(text) {
            found(one.value() as usize, one.start(), one.end());
        }
    }

    /// Bytes on the heap.
    pub(crate) fn size(&self) -> usize {
        self.0.as_ref().map_or(0, DoubleArrayAhoCorasick::heap_bytes)
    }
}

impl std::fmt::Debug for Automaton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Automaton").field("size", &self.size()).finish()
    }
}
