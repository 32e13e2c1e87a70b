//! `full`: what a person reads. One card a finding: what is wrong, where, how we know, why it matters, what to do,
//! what it is evidence towards. Then notices, then the summary line.
//!
//! miette's own handlers can't draw these cards; [`Handler`] draws any of miette's diagnostics (a mistake in the
//! configuration, a policy that does not load) in the same frames.

mod crop;
mod frame;
mod handler;

use std::io::{self, Write};

use frame::{Canvas, Frame, Label, Row};
pub use handler::Handler;

use super::located::{DRAWN, Located, Place};
use super::sarif::uri;
use super::style::{Ink, Style};
use super::summary::{plural, summary};
use super::words::{clean, harmless, width, wrap};
use crate::fact::Notice;
use crate::finding::{Confidence, Finding, Rule, Severity, State, Verdict};
use crate::registry::controls::display;
use crate::source::Origin;

/// Notices that are shown; the rest is counted.
const NOTICES: usize = 20;

/// Writes the format.
pub(super) fn write(located: &Located<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let report = located.report;
    for (i, finding) in report.findings.iter().enumerate().filter(|(_, f)| f.state == State::Active) {
        let Some(rule) = report.rules.get(finding.rule) else { continue };
        out.write_all(card(located, i, finding, rule, style).as_bytes())?;
        out.write_all(b"\n")?;
    }
    for i in (0..report.notices.len()).filter(|i| report.notices[*i].is_failure()) {
        out.write_all(failure(located, i, style).as_bytes())?;
        out.write_all(b"\n")?;
    }
    notices(located, style, out)?;
    let line = summary(report);
    let bad = report.blocking() > 0 || report.notices.iter().any(Notice::is_failure);
    let ink = if bad { Ink::Blocks } else { Ink::Title };
    writeln!(out, "{}", style.paint(ink, &line))
}

fn card(located: &Located<'_>, i: usize, finding: &Finding, rule: &Rule, style: &Style) -> String {
    let ink = ink(finding);
    let mut canvas = Canvas { style, digits: 2, out: String::new() };
    title(&mut canvas.out, style, ink, (&rule.id, &rule.title), &weight(finding));
    canvas.out.push('\n');
    let frames = frames(located, i, finding, ink);
    let highest = frames.iter().map(Frame::highest).max().unwrap_or(0);
    canvas.digits = canvas.digits.max(highest.to_string().len());
    for frame in &frames {
        frame.draw(&mut canvas);
    }
    let mut out = canvas.out;
    let drawn = finding.related.len().min(DRAWN);
    let more = finding.count.saturating_sub(1).max(finding.related.len() as u64) - drawn as u64;
    if more > 0 {
        let line = format!("  and {}; `--output json` lists them", plural(more, "more place"));
        out.push_str(&style.paint(Ink::Faint, &line));
        out.push('\n');
    }
    said(&mut out, style, "why", Ink::Title, &rule.why);
    said(&mut out, style, "fix", Ink::Fix, &finding.help);
    out.push_str(&evidence(rule, style));
    out
}

/// A notice that says that the run can't be trusted, drawn like a finding.
fn failure(located: &Located<'_>, i: usize, style: &Style) -> String {
    let notice = &located.report.notices[i];
    let mut canvas = Canvas { style, digits: 2, out: String::new() };
    title(&mut canvas.out, style, Ink::Blocks, (notice.code, &notice.message), "error");
    let path = located.notice(i).map(|p| located.path(p)).or(notice.path.as_deref());
    let Some(path) = path else { return canvas.out };
    let place = located.notice(i);
    let at = place.filter(|p| !p.whole).map(|p| (p.start.line, p.start.column));
    let mut rows = Vec::new();
    if let Some(place) = place.filter(|p| p.first.is_some()) {
        add(&mut rows, place, "here".to_owned(), Ink::Blocks);
    }
    let frame = Frame { path, link: place.and_then(|p| link(located, p)), at, rows };
    canvas.digits = canvas.digits.max(frame.highest().to_string().len());
    canvas.out.push('\n');
    frame.draw(&mut canvas);
    canvas.out
}

const fn ink(finding: &Finding) -> Ink {
    match (finding.blocking, finding.verdict) {
        (true, _) => Ink::Blocks,
        (false, Verdict::Undetermined) => Ink::Asks,
        (false, _) => Ink::Warns,
    }
}

/// What stands at the right of the title: how bad, and what follows from it.
fn weight(finding: &Finding) -> String {
    match (finding.verdict, finding.blocking) {
        (Verdict::Undetermined, _) => "undetermined".to_owned(),
        (_, true) => format!("{}, blocks", finding.severity),
        // Why a severe finding does not block is worth a word.
        (_, false) if finding.severity >= Severity::High && finding.confidence < Confidence::High => {
            format!("{}, {} confidence", finding.severity, finding.confidence)
        }
        (_, false) => finding.severity.to_string(),
    }
}

/// `CRED-002  Credential shared across environments                      high, blocks`
fn title(out: &mut String, style: &Style, ink: Ink, (id, title): (&str, &str), weight: &str) {
    let (id, title) = (harmless(id), clean(title));
    let indent = width(&id) + 2;
    let room = style.width.saturating_sub(indent + width(weight) + 2);
    let mut lines = wrap(&title, room).into_iter();
    let first = lines.next().unwrap_or_default();
    let gap = style.width.saturating_sub(indent + width(&first) + width(weight)).max(2);
    let (id, first) = (style.paint(ink, &id), style.paint(Ink::Title, &first));
    out.push_str(&format!("{id}  {first}{:gap$}{}\n", "", style.paint(ink, weight)));
    for line in lines {
        out.push_str(&format!("{:indent$}{}\n", "", style.paint(Ink::Title, &line)));
    }
}

/// `  why   one sentence, wrapped below itself`
fn said(out: &mut String, style: &Style, what: &str, ink: Ink, text: &str) {
    let text = clean(text);
    if text.is_empty() {
        return;
    }
    for (i, line) in wrap(&text, style.width.saturating_sub(8)).into_iter().enumerate() {
        let head = if i == 0 { style.paint(ink, what) } else { " ".repeat(what.len()) };
        out.push_str(&format!("  {head}{:1$}{line}\n", "", 6 - what.len().min(5)));
    }
}

/// `  evidence towards GDPR 32, PCI DSS 6.5.3 …            synthgate explain CRED-002`
fn evidence(rule: &Rule, style: &Style) -> String {
    let explain = format!("synthgate explain {}", harmless(&rule.id));
    let cut = format!(" {}", style.glyphs().cut);
    let mut line = String::new();
    for (i, control) in rule.controls.iter().enumerate() {
        let mut next = if i == 0 { "evidence towards ".to_owned() } else { format!("{line}, ") };
        next.push_str(&harmless(&display(control)));
        let tail = if i + 1 < rule.controls.len() { width(&cut) } else { 0 };
        if 2 + width(&next) + tail + 2 + width(&explain) > style.width {
            if i > 0 {
                line.push_str(&cut);
            }
            break;
        }
        line = next;
    }
    let gap = style.width.saturating_sub(2 + width(&line) + width(&explain));
    format!("  {}{:gap$}{}\n", style.paint(Ink::Faint, &line), "", style.paint(Ink::Faint, &explain))
}

/// One frame a file, the primary place's file first, the rest in the order in which the finding names them.
fn frames<'a>(located: &Located<'a>, i: usize, finding: &Finding, ink: Ink) -> Vec<Frame<'a>> {
    let messages =
        std::iter::once((&finding.message, ink)).chain(finding.related.iter().map(|r| (&r.message, Ink::Related)));
    let mut frames: Vec<Frame<'a>> = Vec::new();
    let mut files = Vec::new();
    for (place, (message, ink)) in located.places(i).iter().zip(messages).take(1 + DRAWN) {
        let at = files.iter().position(|f| *f == place.file).unwrap_or_else(|| {
            files.push(place.file);
            let at = (!place.whole).then_some((place.start.line, place.start.column));
            frames.push(Frame { path: located.path(place), link: link(located, place), at, rows: Vec::new() });
            frames.len() - 1
        });
        add(&mut frames[at].rows, place, clean(message), ink);
    }
    for frame in &mut frames {
        frame.rows.sort_by_key(|row| row.line.as_ref().map_or(0, |l| l.line));
    }
    frames
}

/// Adds a place to a row of the same line, or as a row of its own.
fn add(rows: &mut Vec<Row>, place: &Place, text: String, ink: Ink) {
    let Some(line) = &place.first else {
        rows.push(Row { line: None, last: None, labels: vec![Label { range: 0..0, text, ink }] });
        return;
    };
    let label = Label { range: line.range.clone(), text, ink };
    let same = |row: &&mut Row| {
        let text = row.line.as_ref().map(|l| (l.line, &l.text));
        row.last.is_none() && place.last.is_none() && text == Some((line.line, &line.text))
    };
    match rows.iter_mut().find(same) {
        Some(row) => row.labels.push(label),
        None => rows.push(Row { line: Some(line.clone()), last: place.last.clone(), labels: vec![label] }),
    }
}

fn link(located: &Located<'_>, place: &Place) -> Option<String> {
    match &located.report.files.get(place.file).origin {
        Origin::Disk(path) if path.is_absolute() => path.to_str().map(|path| format!("file://{}", uri(path))),
        _ => None,
    }
}

fn notices(located: &Located<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let notices: Vec<(usize, &Notice)> =
        located.report.notices.iter().enumerate().filter(|(_, n)| !n.is_failure()).collect();
    for (i, notice) in notices.iter().copied().take(NOTICES) {
        let place = match (located.notice(i), &notice.path) {
            (Some(p), _) if p.whole => format!("{}: ", harmless(located.path(p))),
            (Some(p), _) => format!("{}:{}:{}: ", harmless(located.path(p)), p.start.line, p.start.column),
            (None, Some(path)) => format!("{}: ", harmless(path)),
            (None, None) => String::new(),
        };
        let mut lines = String::new();
        said_note(&mut lines, style, &format!("{place}{} ({})", clean(&notice.message), notice.code));
        out.write_all(lines.as_bytes())?;
    }
    if notices.len() > NOTICES {
        let more = plural((notices.len() - NOTICES) as u64, "more notice");
        writeln!(out, "{}", style.paint(Ink::Faint, &format!("note  and {more}; `--output json` lists them")))?;
    }
    if notices.is_empty() { Ok(()) } else { out.write_all(b"\n") }
}

fn said_note(out: &mut String, style: &Style, text: &str) {
    for (i, line) in wrap(text, style.width.saturating_sub(6)).into_iter().enumerate() {
        let head = if i == 0 { style.paint(Ink::Faint, "note") } else { "    ".to_owned() };
        out.push_str(&format!("{head}  {line}\n"));
    }
}
