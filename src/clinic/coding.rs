//! Which codes follow from the record, what is wrong with codes at hand, what is charged, and what a claim still lacks
//! (facts 8; brief G7).
//!
//! The program proposes with a reason; the coder decides. The lists, their rules and the day of the Excludes change are
//! data: `assets/icd10cm.ron` for practices in the United States, `assets/icd10.ron` elsewhere, `assets/charges.ron`.

mod charges;
mod check;
mod claim;
mod list;
mod propose;
mod record;

pub use charges::{Charged, Charges, charges, check_charges};
pub use check::check;
pub use claim::{Missing, claim_ready};
pub use list::{
    Apart, Ask, Before, Code, CodeFirst, CodeList, Facet, OfCauses, OfDrug, Said, With, begins, dotted, plain,
};
pub use propose::{Proposal, Role, asks, propose};
