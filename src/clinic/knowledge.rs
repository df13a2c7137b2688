//! The knowledge library: regimens, products, analytes, symptoms, causes and checkpoint sets, as RON data.
//!
//! The files of `assets/` are compiled in; a practice adds its own regimens and products beside its data. Each part is
//! read when it is first asked for, so a start that only lists who is due reads none of them.

use super::background::{Caution, ConfounderKind, MedicineKind, RedFlag};
use super::citation::Source;
use super::coding::{Charges, CodeList};
use super::country::{Country, ELSEWHERE};
use super::decision::ReviewLine;
use super::drug::Product;
use super::interval::Interval;
use super::lab::{Analyte, Measure};
use super::quick;
use super::regimen::{CheckpointRule, Regimen};
use super::rule::Rule;
use super::triage::{Cause, Symptom};
use include_dir::{Dir, include_dir};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

static REGIMENS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/regimens");

/// The other files that are compiled in, by name.
const FILES: [(&str, &str); 21] = [
    ("causes.ron", include_str!("../../assets/causes.ron")),
    ("cautions.ron", include_str!("../../assets/cautions.ron")),
    ("charges.ron", include_str!("../../assets/charges.ron")),
    ("checkpoints.ron", include_str!("../../assets/checkpoints.ron")),
    ("columns.ron", include_str!("../../assets/columns.ron")),
    ("confounders.ron", include_str!("../../assets/confounders.ron")),
    ("countries.ron", include_str!("../../assets/countries.ron")),
    ("icd10.ron", include_str!("../../assets/icd10.ron")),
    ("icd10cm.ron", include_str!("../../assets/icd10cm.ron")),
    ("intervals.ron", include_str!("../../assets/intervals.ron")),
    ("keys.ron", include_str!("../../assets/keys.ron")),
    ("labs.ron", include_str!("../../assets/labs.ron")),
    ("letters.ron", include_str!("../../assets/letters.ron")),
    ("medicines.ron", include_str!("../../assets/medicines.ron")),
    ("products.ron", include_str!("../../assets/products.ron")),
    ("red_flags.ron", include_str!("../../assets/red_flags.ron")),
    ("review.ron", include_str!("../../assets/review.ron")),
    ("rules.ron", include_str!("../../assets/rules.ron")),
    ("sources.ron", include_str!("../../assets/sources.ron")),
    ("symptoms.ron", include_str!("../../assets/symptoms.ron")),
    ("themes.ron", include_str!("../../assets/themes.ron")),
];

/// What the rules know.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    parts: Arc<Parts>,
    own: Arc<Own>,
}

#[derive(Debug, Default)]
struct Parts {
    regimens: OnceLock<Vec<Regimen>>,
    products: OnceLock<Vec<Product>>,
    labs: OnceLock<Vec<Analyte>>,
    symptoms: OnceLock<Vec<Symptom>>,
    causes: OnceLock<Vec<Cause>>,
    countries: OnceLock<Vec<Country>>,
    checkpoints: OnceLock<BTreeMap<String, Vec<CheckpointRule>>>,
    rules: OnceLock<Vec<Rule>>,
    medicines: OnceLock<Vec<MedicineKind>>,
    cautions: OnceLock<Vec<Caution>>,
    red_flags: OnceLock<Vec<RedFlag>>,
    review: OnceLock<Vec<ReviewLine>>,
    confounders: OnceLock<Vec<ConfounderKind>>,
    intervals: OnceLock<Vec<Interval>>,
    code_lists: OnceLock<[CodeList; 2]>,
    charges: OnceLock<Charges>,
    sources: OnceLock<Vec<Source>>,
}

/// What a practice adds.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// Regimens; one with the id of a built-in one takes its place.
    pub regimens: Vec<Regimen>,
    /// Products.
    pub products: Vec<Product>,
}

/// Why a regimen could not be told from what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Nothing is called so.
    None,
    /// Several are; their ids.
    Several(Vec<String>),
}

impl Knowledge {
    /// Returns the built-in library.
    #[must_use]
    pub fn built_in() -> Self {
        Self::default()
    }

    /// Returns the library with a practice's own additions.
    #[must_use]
    pub fn with(mut self, own: Own) -> Self {
        self.parts = Arc::new(Parts::default());
        self.own = Arc::new(own);
        self
    }

    /// Returns all regimens, ordered by id.
    #[must_use]
    pub fn regimens(&self) -> &[Regimen] {
        self.parts.regimens.get_or_init(|| {
            let mut all: BTreeMap<String, Regimen> = BTreeMap::new();
            for (_, text) in regimen_files() {
                if let Ok(regimen) = quick::read::<Regimen>(text) {
                    all.insert(regimen.id.clone(), regimen);
                }
            }
            all.extend(self.own.regimens.iter().map(|r| (r.id.clone(), r.clone())));
            all.into_values().collect()
        })
    }

    /// Returns all products, the practice's own first.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        self.parts.products.get_or_init(|| {
            let built_in: Vec<Product> = part("products.ron");
            self.own.products.iter().cloned().chain(built_in).collect()
        })
    }

    /// Returns all analytes.
    #[must_use]
    pub fn labs(&self) -> &[Analyte] {
        self.parts.labs.get_or_init(|| part("labs.ron"))
    }

    /// Returns the analytes that belong before the first dose, in the order of asking (facts 3.1).
    #[must_use]
    pub fn baseline(&self) -> Vec<&Analyte> {
        let mut asked: Vec<_> = self.labs().iter().filter(|a| a.baseline.is_some()).collect();
        asked.sort_by_key(|a| a.baseline);
        asked
    }

    /// Returns one analyte.
    #[must_use]
    pub fn lab(&self, id: &str) -> Option<&Analyte> {
        self.labs().iter().find(|a| a.id == id)
    }

    /// Returns what a checkpoint asks, in words: `symptoms, Hb, MCV`.
    #[must_use]
    pub fn asked<'a>(&self, asks: impl IntoIterator<Item = &'a String>) -> String {
        let short = |id: &'a String| self.lab(id).map_or_else(|| id.clone(), |analyte| analyte.short.clone());
        asks.into_iter().map(short).collect::<Vec<_>>().join(", ")
    }

    /// Returns the analyte of a LOINC code with what the code measures, where it is for mass or for moles alone.
    #[must_use]
    pub fn of_loinc(&self, code: &str) -> Option<(&Analyte, Option<Measure>)> {
        let of = |analyte: &Analyte| analyte.loinc.iter().find(|loinc| loinc.code == code).map(|loinc| loinc.measure);
        self.labs().iter().find_map(|analyte| Some((analyte, of(analyte)?)))
    }

    /// Returns the analytes that a patient may be followed by. Serum B12 is not among them: during injections it says
    /// nothing about the response (facts 3.1).
    pub fn followed(&self) -> impl Iterator<Item = &Analyte> + Clone {
        self.labs().iter().filter(|a| a.id != "total-b12" && a.id != "active-b12")
    }

    /// Returns all symptoms.
    #[must_use]
    pub fn symptoms(&self) -> &[Symptom] {
        self.parts.symptoms.get_or_init(|| part("symptoms.ron"))
    }

    /// Returns one symptom.
    #[must_use]
    pub fn symptom(&self, id: &str) -> Option<&Symptom> {
        self.symptoms().iter().find(|s| s.id == id)
    }

    /// Returns all causes.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        self.parts.causes.get_or_init(|| part("causes.ron"))
    }

    /// Returns one cause.
    #[must_use]
    pub fn cause(&self, id: &str) -> Option<&Cause> {
        self.causes().iter().find(|c| c.id == id)
    }

    /// Returns the countries that can be chosen; the last one is everywhere else.
    #[must_use]
    pub fn countries(&self) -> &[Country] {
        self.parts.countries.get_or_init(|| part("countries.ron"))
    }

    /// Returns the country of a practice's setting; everywhere else where it is not known.
    #[must_use]
    pub fn country(&self, setting: &str) -> &Country {
        let known = self.countries().iter().find(|country| country.id.eq_ignore_ascii_case(setting.trim()));
        known.or(self.countries().last()).unwrap_or(&ELSEWHERE)
    }

    /// Returns a regimen's checkpoints: those of its set, and its own.
    #[must_use]
    pub fn checkpoints(&self, regimen: &Regimen) -> Vec<CheckpointRule> {
        let sets = self.parts.checkpoints.get_or_init(|| part("checkpoints.ron"));
        let set = regimen.checkpoints.set.as_ref().and_then(|name| sets.get(name));
        set.into_iter().flatten().chain(&regimen.checkpoints.also).cloned().collect()
    }

    /// Returns all safety rules, in the order of the facts.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        self.parts.rules.get_or_init(|| part("rules.ron"))
    }

    /// Returns one safety rule. One that is not in the file compares with nothing, so that it never fires; tests prove
    /// that each one is there.
    #[must_use]
    pub fn rule(&self, id: &str) -> &Rule {
        static NONE: OnceLock<Rule> = OnceLock::new();
        let none = || Rule {
            id: String::new(),
            name: String::new(),
            softer: None,
            // Should a check at the needle name one that is not there, it stops.
            tier: super::findings::Tier::Stop,
            harder: None,
            needle: false,
            short: None,
            haste: None,
            when: String::new(),
            quiet_days: None,
            limits: BTreeMap::new(),
            todo: super::todo::Todo::default(),
            todo_harder: None,
            source: String::new(),
        };
        self.rules().iter().find(|r| r.id == id).unwrap_or_else(|| NONE.get_or_init(none))
    }

    /// Returns the medicines and absorption factors that a triage asks about.
    #[must_use]
    pub fn medicines(&self) -> &[MedicineKind] {
        self.parts.medicines.get_or_init(|| part("medicines.ron"))
    }

    /// Returns the contraindications and cautions that a triage asks about.
    #[must_use]
    pub fn cautions(&self) -> &[Caution] {
        self.parts.cautions.get_or_init(|| part("cautions.ron"))
    }

    /// Returns the red flags that a triage asks about.
    #[must_use]
    pub fn red_flags(&self) -> &[RedFlag] {
        self.parts.red_flags.get_or_init(|| part("red_flags.ron"))
    }

    /// Returns the lines of the review before an escalation.
    #[must_use]
    pub fn review(&self) -> &[ReviewLine] {
        self.parts.review.get_or_init(|| part("review.ron"))
    }

    /// Returns what can move results beside the treatment.
    #[must_use]
    pub fn confounders(&self) -> &[ConfounderKind] {
        self.parts.confounders.get_or_init(|| part("confounders.ron"))
    }

    /// Returns the steps of maintenance, from dense to rare.
    #[must_use]
    pub fn intervals(&self) -> &[Interval] {
        self.parts.intervals.get_or_init(|| part("intervals.ron"))
    }

    /// Returns the lists of diagnosis codes, the one that is used where no country's own is last.
    #[must_use]
    pub fn code_lists(&self) -> &[CodeList; 2] {
        self.parts.code_lists.get_or_init(|| [part("icd10cm.ron"), part("icd10.ron")])
    }

    /// Returns the list of diagnosis codes of a country's setting: `US`.
    #[must_use]
    pub fn codes_in(&self, setting: &str) -> &CodeList {
        let [own, anywhere] = self.code_lists();
        if own.settings.iter().any(|s| s == setting) { own } else { anywhere }
    }

    /// Returns what is charged for injections.
    #[must_use]
    pub fn charges(&self) -> &Charges {
        self.parts.charges.get_or_init(|| part("charges.ron"))
    }

    /// Returns what was read for each reference.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        self.parts.sources.get_or_init(|| part("sources.ron"))
    }

    /// Finds a regimen by its id or by its start up to the first dash, in any case.
    ///
    /// # Errors
    /// [`Unknown`] says whether nothing or several were found.
    pub fn regimen(&self, text: &str) -> Result<&Regimen, Unknown> {
        let wanted = text.trim().to_lowercase();
        let all = self.regimens();
        if let Some(exact) = all.iter().find(|r| r.id == wanted || r.number() == wanted) {
            return Ok(exact);
        }
        // r10 stands for r10a and r10b.
        let is_variant = |r: &&Regimen| {
            r.number()
                .strip_prefix(&wanted)
                .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_lowercase()))
        };
        let found: Vec<_> = if wanted.is_empty() { Vec::new() } else { all.iter().filter(is_variant).collect() };
        match found[..] {
            [] => Err(Unknown::None),
            [one] => Ok(one),
            _ => Err(Unknown::Several(found.iter().map(|r| r.id.clone()).collect())),
        }
    }
}

/// Returns the names and texts of the built-in regimen files.
pub fn regimen_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    REGIMENS.files().filter_map(|f| Some((f.path().file_name()?.to_str()?, f.contents_utf8()?)))
}

/// Returns the text of a file of `assets/`.
#[must_use]
pub fn asset(name: &str) -> &'static str {
    FILES.iter().find(|(file, _)| *file == name).map_or("", |(_, text)| text)
}

/// Returns the reading options that every file of the project uses: plain options, plain newtypes.
#[must_use]
pub fn ron_options() -> ron::Options {
    use ron::extensions::Extensions;
    ron::Options::default().with_default_extension(
        Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES | Extensions::UNWRAP_VARIANT_NEWTYPES,
    )
}

/// Reads a value from RON.
///
/// # Errors
/// ron's own error, which carries line and column.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, ron::error::SpannedError> {
    quick::read(text).or_else(|_| ron_options().from_str(text))
}

/// Returns a built-in part. Tests prove that each one is read by the quick reader alone, which keeps the other one's code
/// for it out of the program; one that is not would be empty rather than a panic at a bedside.
#[must_use]
pub fn part<T: DeserializeOwned + Default>(name: &str) -> T {
    quick::read(asset(name)).unwrap_or_default()
}
