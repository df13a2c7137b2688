//! The right site: it suits the route, holds the volume (facts D2), is not sore, and goes round.

use super::{Checked, Intent, Right};
use crate::clinic::course::Course;
use crate::clinic::drug::{Route, Site, ml};
use crate::clinic::entry::SoreSite;
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::{Days, NaiveDate};

pub(super) fn site(course: &Course, practice: &Practice, intent: &Intent) -> Vec<Checked> {
    let rule = practice.knowledge.rule("SITE");
    let asks = |words: String| vec![Checked::of(rule, Right::Site, words)];
    let notes = |words: &str| vec![Checked::of(rule, Right::Site, words).softer(rule)];
    let Some(site) = intent.site else { return notes("no site recorded") };
    let name = site.to_string().to_lowercase();
    if !site.suits(intent.route) {
        return asks(format!("{name} is no {} site", intent.route.short()));
    }
    let most = most_ml(practice, site, intent.route);
    if let Some(volume) = intent.volume_ml().filter(|v| *v > most) {
        let words = format!("{} is more than {} for the {name}: split it or move", ml(volume), ml(most));
        return vec![Checked::of(practice.knowledge.rule("D2"), Right::Site, words)];
    }
    if let Some(until) = sore_until(course, site, intent.on) {
        return asks(format!("the {name} was sore: left alone until {}", words::day(until)));
    }
    if last_sites(course).first().is_some_and(|(last, _)| *last == site) {
        return notes("same site as last time: rotate if you can");
    }
    vec![Checked::fine(Right::Site, "site")]
}

/// Asks where the needle goes into a site that is found sore now (facts 6.4: not into an infected site).
#[must_use]
pub fn into_sore(practice: &Practice, site: Option<Site>, sore: Option<SoreSite>) -> Option<Checked> {
    let name = site.filter(|site| sore.is_some_and(|s| s.site == *site))?.to_string().to_lowercase();
    let words = format!("the {name} is the sore site: take another one");
    Some(Checked::of(practice.knowledge.rule("SITE"), Right::Site, words))
}

/// The most that one injection at a site may hold, in mL (facts 6.5, rule D2).
fn most_ml(practice: &Practice, site: Site, route: Route) -> f64 {
    practice.knowledge.rule("D2").limit(if site.is_small(route) { "small_ml" } else { "large_ml" })
}

/// Returns until when a site is left alone; `None` where it may be used on `day`.
fn sore_until(course: &Course, site: Site, day: NaiveDate) -> Option<NaiveDate> {
    let sore = course.given().filter_map(|(_, g)| g.given.sore).filter(|s| s.site == site);
    sore.map(|s| s.until).filter(|until| *until > day).max()
}

/// Returns the day until which a site that is found sore on `day` is left alone, unless somebody says another.
#[must_use]
pub fn leave_alone_until(practice: &Practice, day: NaiveDate) -> NaiveDate {
    let days = practice.knowledge.rule("SITE").count("sore_days");
    day.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(day)
}

/// Returns the sites of the last four injections with their days, the latest first.
#[must_use]
pub fn last_sites(course: &Course) -> Vec<(Site, NaiveDate)> {
    let mut used: Vec<_> = course.given().filter_map(|(_, g)| Some((g.given.site?, g.given.on))).collect();
    used.sort_by_key(|(_, on)| std::cmp::Reverse(*on));
    used.truncate(4);
    used
}

/// Suggests a site: of those that suit route and volume and are not sore, the one not used for longest; deltoids first
/// where it fits.
#[must_use]
pub fn suggest_site(course: &Course, practice: &Practice, route: Route, volume: f64) -> Option<Site> {
    let fits = |site: &Site| {
        site.suits(route)
            && volume <= most_ml(practice, *site, route)
            && sore_until(course, *site, course.today).is_none()
    };
    let used = |site: Site| course.given().filter(|(_, g)| g.given.site == Some(site)).map(|(_, g)| g.given.on).max();
    let arms: Vec<Site> = [Site::LeftDeltoid, Site::RightDeltoid].into_iter().filter(fits).collect();
    let home = if route == Route::Im && !arms.is_empty() { arms } else { Site::ALL.to_vec() };
    home.into_iter().filter(fits).min_by_key(|site| used(*site))
}
