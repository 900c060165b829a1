//! The shortest cycle of a directed graph.

use std::collections::VecDeque;

/// The edges that leave each node, by the nodes' numbers.
pub(super) type Edges = Vec<Vec<usize>>;

/// For each knot of nodes that reach each other, its shortest cycle, beginning at the lowest node.
pub(super) fn shortest_cycles(edges: &Edges) -> Vec<Vec<usize>> {
    let mut cycles: Vec<Vec<usize>> = components(edges)
        .into_iter()
        .filter_map(|mut component| {
            component.sort_unstable();
            component
                .iter()
                .filter_map(|&start| shortest_from(start, edges, &component))
                .min_by_key(|cycle| (cycle.len(), cycle.clone()))
        })
        .collect();
    cycles.sort();
    cycles
}

fn neighbours(edges: &Edges, node: usize) -> &[usize] {
    edges.get(node).map_or(&[], Vec::as_slice)
}

fn shortest_from(start: usize, edges: &Edges, component: &[usize]) -> Option<Vec<usize>> {
    let position = |node: usize| component.binary_search(&node).ok();
    let mut came_from: Vec<Option<usize>> = vec![None; component.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &next in neighbours(edges, node) {
            if next == start {
                let mut cycle = vec![node];
                while let Some(&last) = cycle.last()
                    && last != start
                {
                    cycle.push(*came_from.get(position(last)?)?.as_ref()?);
                }
                cycle.reverse();
                return Some(cycle);
            }
            if let Some(slot) = position(next).and_then(|at| came_from.get_mut(at))
                && slot.is_none()
            {
                *slot = Some(node);
                queue.push_back(next);
            }
        }
    }
    None
}

/// The strongly connected components that hold a cycle: Tarjan's algorithm without recursion, since
/// a chain of resources may be long.
fn components(edges: &Edges) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut found = Vec::new();
    let mut index = vec![UNSEEN; edges.len()];
    let mut low = vec![0usize; edges.len()];
    let mut on_stack = vec![false; edges.len()];
    let (mut stack, mut next_index) = (Vec::new(), 0);
    for root in 0..edges.len() {
        if index.get(root) != Some(&UNSEEN) {
            continue;
        }
        let mut work = vec![(root, 0usize)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                set(&mut index, node, next_index);
                set(&mut low, node, next_index);
                set(&mut on_stack, node, true);
                next_index += 1;
                stack.push(node);
            }
            if let Some(&next) = neighbours(edges, node).get(edge) {
                work.push((node, edge + 1));
                if get(&index, next) == UNSEEN {
                    work.push((next, 0));
                } else if on_stack.get(next) == Some(&true) {
                    let reached = get(&low, node).min(get(&index, next));
                    set(&mut low, node, reached);
                }
                continue;
            }
            let is_alone = stack.last() == Some(&node) && !neighbours(edges, node).contains(&node);
            if get(&low, node) == get(&index, node) && is_alone {
                stack.pop();
                set(&mut on_stack, node, false);
            } else if get(&low, node) == get(&index, node) {
                let mut component = Vec::new();
                while let Some(member) = stack.pop() {
                    set(&mut on_stack, member, false);
                    component.push(member);
                    if member == node {
                        break;
                    }
                }
                found.push(component);
            }
            if let Some(&(parent, _)) = work.last() {
                let reached = get(&low, parent).min(get(&low, node));
                set(&mut low, parent, reached);
            }
        }
    }
    found
}

fn get(numbers: &[usize], at: usize) -> usize {
    numbers.get(at).copied().unwrap_or_default()
}

fn set<T>(items: &mut [T], at: usize, item: T) {
    if let Some(slot) = items.get_mut(at) {
        *slot = item;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_without_cycles_has_none() {
        assert_eq!(shortest_cycles(&vec![vec![1, 2], vec![2], vec![]]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn the_shortest_cycle_of_each_knot_is_found() {
        // 0 -> 1 -> 2 -> 0, and 1 <-> 2 is shorter; 3 -> 3 is a knot of its own.
        let edges = vec![vec![1], vec![2], vec![0, 1], vec![3]];
        assert_eq!(shortest_cycles(&edges), vec![vec![1, 2], vec![3]]);
    }

    #[test]
    fn a_long_chain_does_not_exhaust_the_stack() {
        let edges: Edges = (0..200_000).map(|node| vec![(node + 1) % 200_000]).collect();
        assert!(components(&edges).len() == 1);
    }
}
