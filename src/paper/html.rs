//! The other face: one file of HTML that any browser shows, prints, and saves as PDF, in every script. Nothing in it runs,
//! and nothing is fetched.

use super::text::text;
use super::{BEGINS, Block, Doc, ENDS};
use crate::clinic::words;

/// What forbids a browser to run or to fetch anything, were it in the file.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE: &str = include_str!("../../assets/paper.css");

/// Writes a document as one file of HTML.
#[must_use]
pub fn html(doc: &Doc) -> String {
    let mut page = Page { out: String::with_capacity(16_000) };
    page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n"));
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    page.words(&doc.title);
    page.raw("</title>\n<style>\n");
    page.raw(STYLE);
    page.raw("</style>\n</head>\n");
    page.raw(&size(doc).map_or("<body>\n".to_owned(), |size| format!("<body class=\"patient {size}\">\n")));
    // The head of a table stands on every page that it is printed on.
    page.raw("<table class=\"page\" role=\"presentation\">\n<thead><tr><td>\n");
    head(&mut page, doc);
    page.raw("</td></tr></thead>\n<tbody>\n<tr><td>");
    page.element("h1", &doc.title);
    page.raw("</td></tr>\n");
    doc.blocks.iter().for_each(|block| page.block(block));
    page.raw("</tbody>\n</table>\n</body>\n</html>\n");
    page.out
}

/// What fits on a page at 16 pt, and at 15 pt; the fullest page has 14 pt. Measured with a browser's layout and a wide font on
/// the whole demo, on A4 and US Letter \[eng\].
const FITS: [usize; 2] = [51, 56];

/// So many characters of the box surely stand on one line at 16 pt.
const MOST_BIG: usize = 32;
/// So many of whom it is about.
const MOST_WHO: usize = 50;

/// The letters of what a patient takes home are as large as one page of A4 or US Letter allows: large print is 16 pt.
fn size(doc: &Doc) -> Option<&'static str> {
    let full = fullness(doc);
    doc.large.then(|| match FITS.map(|most| full <= most) {
        [true, _] => "large",
        [_, true] => "medium",
        _ => "full",
    })
}

/// How many lines it has as plain text. What is set larger or bolder than the rest runs over sooner than there, and counts more.
fn fullness(doc: &Doc) -> usize {
    let who = doc.who.as_ref().map(|who| who.parts().join("  ").chars().count());
    let runs_over = |block: &&Block| matches!(block, Block::Big { words, .. } if words.chars().count() > MOST_BIG);
    let over = doc.blocks.iter().filter(runs_over).count() + usize::from(who.is_some_and(|chars| chars > MOST_WHO));
    text(doc).lines().count() + 2 * over
}

fn head(page: &mut Page, doc: &Doc) {
    page.raw("<div class=\"from\"><span class=\"on\">");
    page.words(&words::day(doc.on));
    page.raw("</span><strong dir=\"auto\">");
    page.words(&doc.from.name);
    page.raw("</strong><br>");
    for line in &doc.from.lines {
        page.raw("<span class=\"line\" dir=\"auto\">");
        page.words(line);
        page.raw("</span> ");
    }
    page.raw("</div>\n");
    if let Some(who) = &doc.who {
        page.raw("<div class=\"who\">");
        for part in who.parts() {
            page.raw("<span>");
            page.words(&part);
            page.raw("</span> ");
        }
        page.raw("</div>\n");
    }
}

struct Page {
    out: String,
}

impl Page {
    fn raw(&mut self, html: &str) {
        self.out.push_str(html);
    }

    /// Writes words so that nothing in them is taken for a tag; a name keeps the direction of its script.
    fn words(&mut self, words: &str) {
        let mut open = 0;
        for c in words.chars() {
            match c {
                '&' => self.raw("&amp;"),
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '"' => self.raw("&quot;"),
                '\'' => self.raw("&#39;"),
                BEGINS => {
                    open += 1;
                    self.raw("<bdi dir=\"auto\">");
                }
                ENDS if open > 0 => {
                    open -= 1;
                    self.raw("</bdi>");
                }
                ENDS => {}
                c if c.is_control() => self.out.push(' '),
                c => self.out.push(c),
            }
        }
        (0..open).for_each(|_| self.raw("</bdi>"));
    }

    fn element(&mut self, tag: &str, words: &str) {
        self.raw(&format!("<{tag}>"));
        self.words(words);
        self.raw(&format!("</{tag}>"));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Break => return self.raw("<tr class=\"break\"><td></td></tr>\n"),
            Block::Heading(_) => self.raw("<tr class=\"leads\"><td>"),
            _ => self.raw("<tr><td>"),
        }
        match block {
            Block::Heading(words) => self.element("h2", words),
            Block::Text(words) => self.element("p", words),
            Block::Facts(facts) => self.facts(facts),
            Block::List(items) => {
                self.raw("<ul>");
                items.iter().for_each(|item| self.element("li", item));
                self.raw("</ul>");
            }
            Block::Table { head, rows } => self.table(head, rows),
            Block::Big { label, words } => {
                self.raw("<div class=\"big\">");
                self.element("p", label);
                self.element("strong", words);
                self.raw("</div>");
            }
            Block::Tick { head, lines } => self.tick(head, lines),
            Block::Sign(words) => {
                self.raw("<div class=\"sign\">");
                self.element("p", words);
                self.raw("</div>");
            }
            Block::Break => {}
        }
        self.raw("</td></tr>\n");
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        self.raw("<table class=\"facts\">\n");
        for (label, words) in facts {
            self.raw("<tr><th scope=\"row\">");
            self.words(label);
            self.raw("</th>");
            self.element("td", words);
            self.raw("</tr>\n");
        }
        self.raw("</table>");
    }

    fn table(&mut self, head: &[String], rows: &[Vec<String>]) {
        self.raw("<table class=\"rows\">\n<thead><tr>");
        for title in head {
            self.raw("<th scope=\"col\">");
            self.words(title);
            self.raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.raw("<tr>");
            row.iter().for_each(|cell| self.element("td", cell));
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table>");
    }

    fn tick(&mut self, head: &str, lines: &[String]) {
        self.raw("<div class=\"tick\"><span class=\"box\"></span>");
        self.element("strong", head);
        lines.iter().for_each(|line| self.element("p", line));
        self.raw("</div>");
    }
}
