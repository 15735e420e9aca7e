//! The order of one line, in memory.
//!
//! A treap keyed by `(rank, id)` whose nodes know the size of their subtree: insert, remove and
//! "how many are ahead of this key" cost O(log n), so one call costs the same with 10 or 10,000
//! people waiting. Nodes live in one arena and are reused; a node's heap priority is a hash of its
//! id, so the shape depends on what is in line and not on the history that led there.

use super::TicketId;

/// A ticket's place: its rank, ties broken by id.
pub type Key = (i64, TicketId);

/// No node.
const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
struct Node {
    key: Key,
    heap: u64,
    size: u32,
    left: u32,
    right: u32,
}

/// The waiting tickets of one queue in calling order.
#[derive(Clone, Debug)]
pub struct Order {
    nodes: Vec<Node>,
    free: Vec<u32>,
    root: u32,
}

impl Default for Order {
    fn default() -> Self {
        Self { nodes: Vec::new(), free: Vec::new(), root: NONE }
    }
}

impl Order {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.size(self.root) as usize
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.root == NONE
    }

    /// Puts a ticket in line; false when that very key is there already.
    pub fn insert(&mut self, key: Key) -> bool {
        if self.contains(key) {
            return false;
        }
        let node = Node { key, heap: scramble(key.1), size: 1, left: NONE, right: NONE };
        let index = match self.free.pop() {
            Some(index) => {
                self.nodes[index as usize] = node;
                index
            }
            None => {
                self.nodes.push(node);
                u32::try_from(self.nodes.len() - 1).unwrap_or(NONE)
            }
        };
        let (left, right) = self.split(self.root, key);
        let left = self.merge(left, index);
        self.root = self.merge(left, right);
        true
    }

    /// Takes a ticket out of line; false when it is not there.
    pub fn remove(&mut self, key: Key) -> bool {
        let mut path = Vec::new();
        let mut at = self.root;
        while at != NONE {
            let node = &self.nodes[at as usize];
            match key.cmp(&node.key) {
                std::cmp::Ordering::Equal => break,
                std::cmp::Ordering::Less => {
                    path.push((at, true));
                    at = node.left;
                }
                std::cmp::Ordering::Greater => {
                    path.push((at, false));
                    at = node.right;
                }
            }
        }
        if at == NONE {
            return false;
        }
        let (left, right) = (self.nodes[at as usize].left, self.nodes[at as usize].right);
        let joined = self.merge(left, right);
        match path.last() {
            None => self.root = joined,
            Some(&(parent, true)) => self.nodes[parent as usize].left = joined,
            Some(&(parent, false)) => self.nodes[parent as usize].right = joined,
        }
        for (ancestor, _) in path {
            self.nodes[ancestor as usize].size -= 1;
        }
        self.free.push(at);
        true
    }

    /// Whether this very key is in line.
    pub fn contains(&self, key: Key) -> bool {
        let mut at = self.root;
        while at != NONE {
            let node = &self.nodes[at as usize];
            at = match key.cmp(&node.key) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => node.left,
                std::cmp::Ordering::Greater => node.right,
            };
        }
        false
    }

    /// How many in line come before `key`, whether or not it is in line itself.
    pub fn ahead_of(&self, key: Key) -> usize {
        let mut ahead = 0;
        let mut at = self.root;
        while at != NONE {
            let node = &self.nodes[at as usize];
            if node.key < key {
                ahead += self.size(node.left) + 1;
                at = node.right;
            } else {
                at = node.left;
            }
        }
        ahead as usize
    }

    /// The key at a place, counted from 0.
    pub fn at(&self, place: usize) -> Option<Key> {
        let mut left_over = u32::try_from(place).ok()?;
        let mut at = self.root;
        while at != NONE {
            let node = &self.nodes[at as usize];
            let before = self.size(node.left);
            match left_over.cmp(&before) {
                std::cmp::Ordering::Less => at = node.left,
                std::cmp::Ordering::Equal => return Some(node.key),
                std::cmp::Ordering::Greater => {
                    left_over -= before + 1;
                    at = node.right;
                }
            }
        }
        None
    }

    /// The line from its head.
    pub fn iter(&self) -> Iter<'_> {
        let mut iter = Iter { order: self, stack: Vec::new() };
        iter.descend(self.root);
        iter
    }

    fn size(&self, at: u32) -> u32 {
        if at == NONE { 0 } else { self.nodes[at as usize].size }
    }

    fn resize(&mut self, at: u32) {
        let size = {
            let node = &self.nodes[at as usize];
            self.size(node.left) + self.size(node.right) + 1
        };
        self.nodes[at as usize].size = size;
    }

    /// Splits a subtree into the keys below `key` and the rest.
    fn split(&mut self, at: u32, key: Key) -> (u32, u32) {
        if at == NONE {
            return (NONE, NONE);
        }
        if self.nodes[at as usize].key < key {
            let (low, high) = self.split(self.nodes[at as usize].right, key);
            self.nodes[at as usize].right = low;
            self.resize(at);
            (at, high)
        } else {
            let (low, high) = self.split(self.nodes[at as usize].left, key);
            self.nodes[at as usize].left = high;
            self.resize(at);
            (low, at)
        }
    }

    /// Joins two subtrees; every key of `low` is below every key of `high`.
    fn merge(&mut self, low: u32, high: u32) -> u32 {
        if low == NONE {
            return high;
        }
        if high == NONE {
            return low;
        }
        if self.nodes[low as usize].heap >= self.nodes[high as usize].heap {
            let joined = self.merge(self.nodes[low as usize].right, high);
            self.nodes[low as usize].right = joined;
            self.resize(low);
            low
        } else {
            let joined = self.merge(low, self.nodes[high as usize].left);
            self.nodes[high as usize].left = joined;
            self.resize(high);
            high
        }
    }
}

/// Walks a line from its head; see [`Order::iter`].
pub struct Iter<'a> {
    order: &'a Order,
    stack: Vec<u32>,
}

impl Iter<'_> {
    fn descend(&mut self, mut at: u32) {
        while at != NONE {
            self.stack.push(at);
            at = self.order.nodes[at as usize].left;
        }
    }
}

impl Iterator for Iter<'_> {
    type Item = Key;
    fn next(&mut self) -> Option<Key> {
        let at = self.stack.pop()?;
        let node = &self.order.nodes[at as usize];
        self.descend(node.right);
        Some(node.key)
    }
}

/// A well-mixed 64-bit value of an id (the finaliser of SplitMix64, Steele et al. 2014).
fn scramble(id: TicketId) -> u64 {
    let (high, low) = id.uuid().as_u64_pair();
    let mut x = high ^ low.rotate_left(32);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(i64, u8),
        Remove(i64, u8),
        RemoveAt(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0i64..12, any::<u8>()).prop_map(|(r, i)| Step::Insert(r, i)),
            1 => (0i64..12, any::<u8>()).prop_map(|(r, i)| Step::Remove(r, i)),
            2 => any::<usize>().prop_map(Step::RemoveAt),
        ]
    }

    fn key(rank: i64, id: u8) -> Key {
        (rank, TicketId::from_uuid(Uuid::from_u128(u128::from(id) << 64 | 7)))
    }

    proptest! {
        /// The treap against a sorted vector: same answers after every step.
        #[test]
        fn behaves_like_a_sorted_vector(steps in prop::collection::vec(step(), 0..200)) {
            let mut order = Order::default();
            let mut model: Vec<Key> = Vec::new();
            for step in steps {
                match step {
                    Step::Insert(r, i) => {
                        let k = key(r, i);
                        let fresh = model.binary_search(&k).is_err();
                        prop_assert_eq!(order.insert(k), fresh);
                        if let Err(place) = model.binary_search(&k) { model.insert(place, k); }
                    }
                    Step::Remove(r, i) => {
                        let k = key(r, i);
                        let there = model.binary_search(&k);
                        prop_assert_eq!(order.remove(k), there.is_ok());
                        if let Ok(place) = there { model.remove(place); }
                    }
                    Step::RemoveAt(place) if !model.is_empty() => {
                        let k = model.remove(place % model.len());
                        prop_assert!(order.remove(k));
                    }
                    Step::RemoveAt(_) => {}
                }
                prop_assert_eq!(order.len(), model.len());
                prop_assert_eq!(order.is_empty(), model.is_empty());
                prop_assert_eq!(order.iter().collect::<Vec<_>>(), model.clone());
                for (place, k) in model.iter().enumerate() {
                    prop_assert_eq!(order.ahead_of(*k), place);
                    prop_assert_eq!(order.at(place), Some(*k));
                }
                prop_assert_eq!(order.at(model.len()), None);
                let probe = key(6, 128);
                prop_assert_eq!(order.ahead_of(probe), model.partition_point(|k| *k < probe));
            }
        }
    }

    #[test]
    fn stays_shallow_with_ten_thousand() {
        let mut order = Order::default();
        for n in 0..10_000u32 {
            let id = TicketId::from_uuid(Uuid::from_u128(u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
            order.insert((i64::from(n), id));
        }
        fn depth(order: &Order, at: u32) -> usize {
            if at == NONE {
                return 0;
            }
            let node = &order.nodes[at as usize];
            1 + depth(order, node.left).max(depth(order, node.right))
        }
        assert!(depth(&order, order.root) < 60);
        assert_eq!(order.at(5_000).map(|k| k.0), Some(5_000));
    }
}
