//! Work on several things at once, with the same result as one after another.

use std::{
    num::NonZero,
    sync::{Mutex, PoisonError},
    thread,
};

/// What `work` makes of each item, in the items' order.
pub(crate) fn map<'a, T: Sync, R: Send>(
    items: &'a [T],
    work: impl Fn(usize, &'a T) -> R + Sync,
) -> Vec<R> {
    let done = Mutex::new(Vec::with_capacity(items.len()));
    each(items.iter().enumerate(), |(at, item)| {
        let result = work(at, item);
        done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Does `work` on each item.
pub(crate) fn each<T: Send>(
    items: impl ExactSizeIterator<Item = T> + Send,
    work: impl Fn(T) + Sync,
) {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    if threads < 2 {
        return items.for_each(work);
    }
    let items = Mutex::new(items);
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take = || {
        while let Some(item) = next() {
            work(item);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Where no thread can be made, those that there are do the work.
            let _ = thread::Builder::new().spawn_scoped(scope, take);
        }
        take();
    });
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..1_000).collect();
        let doubled = super::map(&items, |at, item| at + item);
        assert_eq!(doubled, (0..1_000).map(|item| 2 * item).collect::<Vec<_>>());
    }
}
