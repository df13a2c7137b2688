//! Several signatures at once: each is an entry of its own in its own chart, and one that cannot be recorded keeps nobody
//! else's back.

use super::error::StoreError;
use super::open::Store;
use super::takeover::GoesOn;
use crate::clinic::cosign::{AllSigned, Shown};
use crate::clinic::entry::Act;
use chrono::{DateTime, FixedOffset};

/// So often a chart that others write to is read again.
const ROUNDS: usize = 20;

impl Store {
    /// Signs each decision as it was shown.
    pub fn cosign_all(
        &self,
        shown: &[Shown],
        by: &str,
        at: DateTime<FixedOffset>,
        goes_on: &mut GoesOn<'_>,
    ) -> AllSigned {
        let mut all = AllSigned::default();
        for (done, one) in shown.iter().enumerate() {
            if !goes_on(done, shown.len()) {
                all.not_reached = shown.len() - done;
                break;
            }
            match self.cosign(one, by, at) {
                Ok(()) => all.signed += 1,
                Err(why) => all.failed.push((one.patient, why)),
            }
        }
        all
    }

    fn cosign(&self, shown: &Shown, by: &str, at: DateTime<FixedOffset>) -> Result<(), String> {
        for _ in 0..ROUNDS {
            let chart = self.chart(shown.patient).map_err(|e| e.to_string())?;
            let signed = shown.sign(&chart, by, at.date_naive(), &self.settings().people)?;
            match self.record_seen(chart.id, chart.entries().len(), vec![Act::Cosigned(signed)], by, at) {
                Err(StoreError::Meanwhile { .. }) => {}
                done => return done.map(drop).map_err(|e| e.to_string()),
            }
        }
        Err("other programs write to this chart without a pause: try again".to_owned())
    }
}
