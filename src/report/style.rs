//! How a report for people looks: colour, characters, width. Whether a terminal can show them is the caller's to know.

/// The look of `full`, and what SARIF keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Colours by escape sequences.
    pub color: bool,
    /// Box-drawing characters; without, plain ASCII.
    pub unicode: bool,
    /// Columns to fill.
    pub width: usize,
    /// Paths are hyperlinks (OSC 8).
    pub links: bool,
    /// SARIF keeps waived results, as suppressed ones. Code-scanning services that do not read `suppressions` would
    /// show them as open, so they are left out by default.
    pub waived: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, unicode: false, width: 80, links: false, waived: false }
    }
}

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// A finding that blocks.
    Blocks,
    /// A finding that does not.
    Warns,
    /// A question that could not be answered.
    Asks,
    /// A further place.
    Related,
    /// A title.
    Title,
    /// Frames, numbers, everything that should step back.
    Faint,
    /// What to do.
    Fix,
    /// Text as it is.
    Plain,
}

impl Ink {
    const fn code(self) -> &'static str {
        match self {
            Self::Blocks => "1;31",
            Self::Warns => "33",
            Self::Asks => "36",
            Self::Related => "34",
            Self::Title => "1",
            Self::Faint => "2",
            Self::Fix => "32",
            Self::Plain => "",
        }
    }
}

/// The characters that frames are drawn with.
#[derive(Debug)]
pub(super) struct Glyphs {
    pub corner: &'static str,
    pub bar: char,
    pub dot: char,
    pub line: char,
    pub anchor: char,
    pub stem: char,
    pub hook: &'static str,
    pub turn: (char, char),
    pub span_top: &'static str,
    pub span_side: char,
    pub span_end: &'static str,
    pub cut: &'static str,
    pub bad: char,
}

const ASCII: Glyphs = Glyphs {
    corner: ",-",
    bar: '|',
    dot: ':',
    line: '-',
    anchor: '+',
    stem: '|',
    hook: "`-- ",
    turn: (',', '\''),
    span_top: ",-> ",
    span_side: '|',
    span_end: "|-> ",
    cut: "...",
    bad: '?',
};

const UNICODE: Glyphs = Glyphs {
    corner: "╭─",
    bar: '│',
    dot: '·',
    line: '─',
    anchor: '┬',
    stem: '│',
    hook: "╰── ",
    turn: ('╭', '╯'),
    span_top: "╭─▶ ",
    span_side: '│',
    span_end: "├─▶ ",
    cut: "…",
    bad: '\u{FFFD}',
};

impl Style {
    pub(super) const fn glyphs(&self) -> &'static Glyphs {
        if self.unicode { &UNICODE } else { &ASCII }
    }

    /// The text in its colour.
    pub(super) fn paint(&self, ink: Ink, text: &str) -> String {
        if !self.color || ink == Ink::Plain || text.is_empty() {
            return text.to_owned();
        }
        format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code())
    }
}
