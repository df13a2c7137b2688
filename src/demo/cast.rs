//! The people of the demo practice, each made for what there is to see. All are fictional. The first forty are told here;
//! `turns` tells those whose course turned. A number stays with its person: new ones come last.

use super::aside::Aside;
use super::health::Shape;
use super::story::{Slip, Story};
use super::turns;
use crate::clinic::drug::{Drug, Route};
use crate::clinic::entry::WhyNot;
use crate::clinic::interval::Interval;
use crate::clinic::patient::Allergies;
use crate::clinic::patient::Sex::{Female, Male, Other};
use crate::clinic::triage::{Anaemia, B12Status, Goal, Neuro};

const FEET: [(&str, u8); 3] = [("numbness", 3), ("paraesthesia", 2), ("fatigue", 2)];

/// Returns the cast, in the order of their numbers.
pub(super) fn stories() -> Vec<Story> {
    [scenarios(), due_today(), repletion(), overdue(), unplanned(), slips(), watched(), elsewhere(), turns::stories()]
        .concat()
}

/// The three scenarios that must work from end to end (brief A, B, C), and two over-treated ones.
fn scenarios() -> Vec<Story> {
    vec![
        // A: diet; repletion, then twice a year; all is well, and the question is tablets.
        Story::of("Whitfield", "Margaret", 71, (3, 14), Female).because_of("diet").on("r03", 8).next(45),
        // B: pernicious anaemia, spaced step by step after repletion; never finished.
        Story::of("Brandt", "Helmut", 67, (11, 2), Male)
            .because_of("autoimmune-gastritis")
            .on("r01", 11)
            .months(2)
            .on("r01", 2)
            .plan(|leg| {
                leg.maintenance_only = true;
                leg.every = Some(Interval::Months(3));
                leg.after = Interval::Months(3);
                leg.because = Some("Stable at two looks on 2 months: spaced to 3 months");
            })
            .next(20),
        // C: neurologic; frequency kept high, and it works.
        Story::of("Farrow", "Daniel", 58, (6, 21), Male)
            .because_of("autoimmune-gastritis")
            .neuro(Neuro::Mild, &FEET)
            .on("r02", 8)
            .next(0),
        // Repeated indefinitely though tablets would do.
        Story::of("Baker", "Thelma", 84, (1, 30), Female).because_of("diet").us().on("r09", 29).next(11),
        // B after surgery: ongoing, monthly, US units.
        Story::of("Schmidt", "Karl-Heinz", 70, (8, 9), Male).because_of("total-gastrectomy").us().on("r09", 20).next(5),
    ]
}

/// Who comes today, with everything known.
fn due_today() -> Vec<Story> {
    vec![
        Story::of("Okafor", "Ngozi", 64, (3, 4), Female).because_of("autoimmune-gastritis").on("r01", 10).next(0),
        Story::of("Соколов", "Владимир", 62, (5, 17), Male)
            .because_of("metformin")
            .on("r01", 11)
            .months(2)
            .slip(8, Slip::Late(3))
            .next(0),
        Story::of("Hughes", "Carys", 72, (9, 12), Female).because_of("autoimmune-gastritis").on("r01", 9).next(2),
        Story::of("Castellano", "Rosa", 69, (4, 25), Female)
            .because_of("autoimmune-gastritis")
            .us()
            .on("r07", 7)
            .next(0),
    ]
}

/// Who is in repletion.
fn repletion() -> Vec<Story> {
    vec![
        Story::of("Lindqvist", "Åsa", 49, (7, 7), Female).because_of("coeliac").on("r01", 3).next(0),
        Story::of("中村", "健二", 55, (2, 28), Male).because_of("partial-gastrectomy-bariatric").on("r01", 5).next(0),
        Story::of("حداد", "ليلى", 45, (10, 19), Female).because_of("crohn-ileal").on("r01", 1).next(1),
        Story::of("Παπαδόπουλος", "Γιώργος", 60, (12, 5), Male)
            .because_of("alcohol")
            .us()
            .with(|a| a.route = Route::Sc)
            .neuro(Neuro::Mild, &[("paraesthesia", 2), ("fatigue", 1)])
            .on("r12", 4)
            .next(3),
        Story::of("Johansson", "Erik", 41, (1, 11), Male)
            .because_of("leber")
            .with(|a| a.visual = true)
            .feels(&[("vision", 3), ("mood", 1)])
            .goes(Shape::Slow)
            .caution("Leber's optic neuropathy: no cyanocobalamin")
            .on("r06", 17)
            .next(1),
        Story::of("田中", "さくら", 44, (3, 3), Female)
            .because_of("diet")
            .with(|a| a.drug = Drug::Mecobalamin)
            .neuro(Neuro::Mild, &[("nerve-pain", 3), ("numbness", 1)])
            .goes(Shape::Slow)
            .on("r20b", 9)
            .next(1),
        Story::of("Andersson", "Birgit", 73, (5, 1), Female)
            .because_of("autoimmune-gastritis")
            .neuro(Neuro::Moderate, &[("gait", 3), ("numbness", 3), ("memory", 2)])
            .goes(Shape::Slow)
            .on("r02", 16)
            .next(1)
            .left_open(17),
    ]
}

/// Who should have come.
fn overdue() -> Vec<Story> {
    vec![
        Story::of("O'Brien", "Siobhán", 59, (8, 23), Female).because_of("crohn-ileal").on("r01", 9).next(-3),
        Story::of("Hughes", "Owen", 74, (4, 30), Male)
            .because_of("autoimmune-gastritis")
            .on("r01", 3)
            .next(-8)
            .aside(Aside::Pending(WhyNot::Missed, None)),
        Story::of("Silva e Souza", "João", 52, (6, 13), Male)
            .because_of("alcohol")
            .on("r01", 9)
            .months(2)
            .next(-41)
            .aside(Aside::Pending(WhyNot::Missed, Some(-20))),
    ]
}

/// Who has no plan yet.
fn unplanned() -> Vec<Story> {
    vec![
        Story::of("Kaplan", "Ada", 29, (2, 17), Female).because_of("diet-vegan").on("r03", 7).next(12),
        Story::of("Kaplan", "Eva", 29, (2, 17), Female).ago(2),
        Story::of("Moreau", "Jean-Baptiste", 66, (10, 8), Male).because_of("ppi-h2").ago(1),
    ]
}

/// What did not go as planned, and corrections.
fn slips() -> Vec<Story> {
    vec![
        Story::of("D'Angelo-Mac Giolla Phádraig", "Maximiliana Theodora Konstantinopoulou", 63, (7, 29), Female)
            .because_of("ileal-resection")
            .on("r01", 8)
            .slip(7, Slip::Late(19))
            .next(33),
        Story::of("Müller-Lüdenscheidt", "Käthe", 80, (9, 1), Female)
            .because_of("autoimmune-gastritis")
            .on("r01", 12)
            .slip(8, Slip::Late(120))
            .next(25)
            .allergic("benzyl alcohol"),
        Story::of("Rossi", "Giulia", 36, (12, 12), Female)
            .because_of("crohn-ileal")
            .on("r01", 10)
            .months(2)
            .slip(8, Slip::Early(5))
            .slip(9, Slip::Not(WhyNot::Refused, 7))
            .next(4),
        Story::of("Mbeki", "Thandiwe", 61, (11, 26), Female)
            .because_of("pancreatic-insufficiency")
            .on("r01", 9)
            .slip(5, Slip::Not(WhyNot::Missed, 2))
            .slip(7, Slip::Not(WhyNot::Held, 4))
            .slip(8, Slip::Not(WhyNot::OutOfStock, 2))
            .next(50),
        Story::of("Cohen", "Miriam", 66, (1, 19), Female)
            .because_of("autoimmune-gastritis")
            .on("r01", 9)
            .next(38)
            .aside(Aside::WrongSite),
        Story::of("Ash", "Robin", 39, (7, 14), Other)
            .because_of("food-bound")
            .on("r01", 8)
            .slip(7, Slip::Not(WhyNot::Other("away, back next week".to_owned()), 6))
            .next(17)
            .aside(Aside::Twice),
    ]
}

/// Whose checkpoints and results ask for a look.
fn watched() -> Vec<Story> {
    vec![
        Story::of("Osei", "Kwame", 57, (3, 31), Male).because_of("autoimmune-gastritis").on("r01", 40).ago(56),
        Story::of("Fernández", "Lucía", 47, (5, 5), Female).because_of("coeliac").on("r01", 40).ago(61).left_open(7),
        // Early transition: repletion was ended after five doses; better at first, then no gain.
        Story::of("Petrović", "Zoran", 63, (8, 18), Male)
            .because_of("partial-gastrectomy-bariatric")
            .neuro(Neuro::Mild, &FEET)
            .goes(Shape::Plateau)
            .on("r02", 7)
            .ended(5, "no further improvement")
            .next(9),
        Story::of("Kowalski", "Jan", 51, (2, 9), Male)
            .because_of("nitrous-oxide")
            .neuro(Neuro::Mild, &[("numbness", 1), ("gait", 1), ("fatigue", 2)])
            .goes(Shape::Worse)
            .on("r02", 6)
            .next(1),
        Story::of("Iversen", "Solveig", 68, (6, 6), Female)
            .because_of("food-bound")
            .goes(Shape::Relapse)
            .on("r01", 10)
            .next(29),
        Story::of("Grant", "William", 76, (10, 2), Male)
            .because_of("autoimmune-gastritis")
            .with(|a| a.anaemia = Anaemia::Severe)
            .potassium(2.8, 68.0)
            .on("r01", 2)
            .next(0),
        Story::of("박", "지영", 53, (4, 4), Female)
            .because_of("ileal-resection")
            .on("r01", 8)
            .next(64)
            .aside(Aside::Lab(12, "total-b12", 88.0, "pmol/L")),
        Story::of("Evans", "Rhiannon", 82, (12, 21), Female)
            .because_of("autoimmune-gastritis")
            .incomplete()
            .on("r01", 2)
            .plan(|leg| leg.maintenance_only = true)
            .next(21)
            .aside(Aside::Lab(20, "total-b12", 1850.0, "ng/L")),
    ]
}

/// Other purposes, other people.
fn elsewhere() -> Vec<Story> {
    vec![
        Story::of("Nguyễn", "Thị Ánh Tuyết", 33, (9, 9), Female)
            .because_of("pregnancy")
            .with(|a| a.pregnant = true)
            .on("r01", 40)
            .ago(26),
        Story::of("Llywelyn ap Gruffudd-Rhys", "Gwenllian", 77, (3, 1), Female)
            .because_of("total-gastrectomy")
            .keeps()
            .on("r05", 5)
            .next(6),
        Story::of("शर्मा", "प्रिया", 34, (11, 14), Female).because_of("diet-vegan").on("r03", 7).next(60),
        Story::of("Bùi", "Quốc Đạt", 48, (1, 27), Male)
            .because_of("chemotherapy-adjunct")
            .us()
            .keeps()
            .on("r26a", 3)
            .next(2),
    ]
}

impl Story {
    /// Neither symptoms nor blood get where they should.
    fn incomplete(mut self) -> Self {
        self.health.hb = (101.0, 112.0);
        self.goes(Shape::Flat)
    }

    /// Allergic to this.
    pub(super) fn allergic(mut self, what: &str) -> Self {
        self.who.allergies = Allergies::Known(vec![what.to_owned()]);
        self
    }

    /// Checkpoints that fell due within so many days stay open.
    pub(super) fn left_open(mut self, days: i64) -> Self {
        self.unanswered = days;
        self
    }

    /// Potassium on treatment, and the haemoglobin that goes with it.
    pub(super) fn potassium(mut self, value: f64, hb: f64) -> Self {
        self.health.potassium = value;
        self.health.hb.0 = hb;
        self
    }

    /// Stores are full, and are kept so.
    fn keeps(mut self) -> Self {
        self.health.symptoms = vec![("fatigue", 1)];
        self.health.hb = (128.0, 134.0);
        self.health.b12 = Some(402.0);
        self.with(|a| {
            a.goal = Goal::Maintenance;
            a.anaemia = Anaemia::None;
            a.b12 = B12Status::Unlikely;
        })
    }
}
