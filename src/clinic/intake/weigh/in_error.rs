//! What was entered in error over there is weighed first, wherever it stands in the file: what was recorded anew in its place
//! is new once it is out.

use super::super::there::{self, Found};
use super::super::whose::{Whose, whose_beside};
use super::super::withdrawn::{self, IN_ERROR};
use super::{Coming, Outcome, Piece, Scales, Target, Weighing, held, hidden_in, skipped};
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Act, PatientId};
use std::collections::HashMap;
use std::sync::Arc;

impl<'p> Weighing<'p> {
    /// Returns what comes of each piece of the file that was entered in error over there, by its place.
    pub(super) fn in_error(&mut self, scales: &mut Scales<'_>) -> HashMap<usize, Outcome> {
        let parcel: &'p _ = self.parcel;
        let pieces = parcel.pieces.iter().enumerate();
        let all = pieces.filter(|(_, piece)| piece.trouble.is_none() && piece.is_in_error());
        all.map(|(n, piece)| (n, self.withdrawal(piece, scales))).collect()
    }

    fn withdrawal(&mut self, piece: &Piece, scales: &mut Scales<'_>) -> Outcome {
        if let Some(why) = hidden_in(piece) {
            return held(why, Vec::new());
        }
        let has =
            |chart: &Arc<Chart>| piece.acts.iter().filter_map(|c| c.id.as_deref()).any(|id| there::has(chart, id));
        let who = match whose_beside(&piece.about, &self.listed, scales.roll, scales.ruling) {
            Whose::Patient(id) => Some(id),
            // A person has said before whose what came under these ids is.
            Whose::Ask { candidates, .. } => {
                candidates.into_iter().find(|id| (scales.chart)(*id).is_some_and(|chart| has(&chart)))
            }
            Whose::New => None,
        };
        who.map_or_else(|| skipped(IN_ERROR), |id| self.in_error_of(id, piece, scales))
    }

    /// Weighs it against the chart of whom it is about.
    pub(super) fn in_error_of(&mut self, id: PatientId, piece: &Piece, scales: &mut Scales<'_>) -> Outcome {
        let Some(chart) = self.amended.get(&id).cloned().or_else(|| (scales.chart)(id)) else {
            return held("The chart cannot be read; `cobalog check` says why.", vec![id]);
        };
        let mut why = IN_ERROR.to_owned();
        // One thing may have come under each of several ids.
        for coming in &piece.acts {
            match there::found(&chart, coming) {
                Err(why) => return held(why, vec![id]),
                Ok(Found::Here(there)) if why == IN_ERROR => why = there,
                Ok(Found::Here(_) | Found::New(_)) => {}
                Ok(Found::Amends(amended)) => {
                    let act = Act::Amended(amended);
                    let after = there::amended(&chart, &act).map_or(chart, Arc::new);
                    self.amended.insert(id, after);
                    *self.count.entry(Target::Patient(id)).or_default() += 1;
                    return Outcome::Taken(Target::Patient(id), vec![Coming { act, ..coming.clone() }]);
                }
            }
        }
        match withdrawn::stands_otherwise(&chart, piece, &self.parcel.pieces) {
            Some(why) => held(why, vec![id]),
            None => skipped(why),
        }
    }
}
