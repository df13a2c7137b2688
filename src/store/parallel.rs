//! One thing after another over many items, on all cores.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Fewer items than this are not worth a thread.
const FEW: usize = 64;

/// Works on every item; the results are in the items' order.
pub(super) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let piece = |n: usize| -> Vec<R> { items.iter().skip(n * FEW).take(FEW).map(&work).collect() };
    let mut pieces = pieces(items.len().div_ceil(FEW), piece);
    if pieces.len() == 1 { pieces.remove(0) } else { pieces.into_iter().flatten().collect() }
}

/// Does pieces of work, numbered from 0; the results are in their order. Whoever has done one takes the next, so that a
/// slow piece keeps nobody waiting but its own core.
pub(super) fn pieces<R: Send>(count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let cores = if count > 1 { thread::available_parallelism().map_or(1, NonZero::get) } else { 1 };
    let next = AtomicUsize::new(0);
    let do_some = || -> Vec<(usize, R)> {
        let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < count);
        std::iter::from_fn(take).map(|n| (n, work(n))).collect()
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..cores.min(count)).map(|_| scope.spawn(do_some)).collect();
        let mut done = do_some();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for count in [0, 1, 63, 64, 65, 1000] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(map(&items, |n| n * 2), items.iter().map(|n| n * 2).collect::<Vec<_>>(), "{count}");
        }
        assert_eq!(pieces(3, |n| n), [0, 1, 2]);
        assert!(pieces(0, |n| n).is_empty());
    }
}
