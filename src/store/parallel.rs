//! One thing after another over many items, on all cores.

use std::panic::resume_unwind;
use std::thread;

/// Fewer items than this are not worth a thread.
const FEW: usize = 64;

/// Works on every item; the results are in the items' order.
pub(super) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    if items.len() < FEW || cores == 1 {
        return items.iter().map(work).collect();
    }
    let work = &work;
    thread::scope(|scope| {
        let part = |items| scope.spawn(move || -> Vec<R> { <[T]>::iter(items).map(work).collect() });
        let parts: Vec<_> = items.chunks(items.len().div_ceil(cores)).map(part).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}
