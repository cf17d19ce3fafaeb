//! Lanes: what shares a lane happens one after the other, in the order of its arrival.
use std::collections::{HashMap, VecDeque};

/// The busy lanes and what waits in them.
pub(crate) struct Lanes<T>(HashMap<String, VecDeque<T>>);

impl<T> Lanes<T> {
    pub fn new() -> Self {
        Self(HashMap::new())
    }

    /// Gives `item` back if its lane was free (it is busy from now on), or keeps it waiting.
    pub fn enter(&mut self, lane: &str, item: T) -> Option<T> {
        match self.0.get_mut(lane) {
            Some(waiting) => {
                waiting.push_back(item);
                None
            }
            None => {
                self.0.insert(lane.to_owned(), VecDeque::new());
                Some(item)
            }
        }
    }

    /// The lane's work is done: gives what comes next in it, or frees the lane.
    pub fn leave(&mut self, lane: &str) -> Option<T> {
        let next = self.0.get_mut(lane).and_then(VecDeque::pop_front);
        if next.is_none() {
            self.0.remove(lane);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_carries_one_at_a_time_in_order_and_lanes_do_not_wait_for_each_other() {
        let mut lanes = Lanes::new();
        assert_eq!(lanes.enter("a", 1), Some(1));
        assert_eq!(lanes.enter("a", 2), None);
        assert_eq!(lanes.enter("b", 3), Some(3));
        assert_eq!(lanes.enter("a", 4), None);
        assert_eq!(lanes.leave("a"), Some(2));
        assert_eq!(lanes.leave("a"), Some(4));
        assert_eq!(lanes.leave("a"), None);
        assert_eq!(lanes.enter("a", 5), Some(5));
        assert_eq!(lanes.leave("b"), None);
    }
}
