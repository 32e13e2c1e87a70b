//! How a script hides a gate's failure: in come the commands of one step, out come gates with what swallows their exit
//! code.

use super::super::passage::Passage;
use super::super::shell::lex::{Command, Join};
use super::super::shell::meaning::runs_gate;
use crate::fact::Bypass;
use crate::source::Span;

/// What is known of the shell that runs a script.
#[derive(Debug, Clone, Copy)]
pub(in crate::extract) struct Shell {
    /// A failing command ends the script.
    pub exits_on_error: bool,
    /// A failing command of a pipe is the pipe's failure.
    pub pipefail: bool,
}

/// A command that runs the gate.
pub(in crate::extract) struct GateCommand {
    /// The command.
    pub span: Span,
    /// What hides its failure inside the script.
    pub bypasses: Vec<Bypass>,
}

/// All gates of a script.
pub(in crate::extract) fn gates(commands: &[Command<'_>], passage: &Passage<'_>, shell: Shell) -> Vec<GateCommand> {
    let mut shell = shell;
    let mut set_off: Option<Span> = None;
    let mut out: Vec<GateCommand> = Vec::new();
    for (i, command) in commands.iter().enumerate() {
        let span = span_of(command, passage);
        if let Some(on) = set_option(command, &mut shell) {
            set_off = if on { None } else { Some(span) };
        }
        if runs_gate(command) && !command.nested {
            let bypasses = hidden_by(commands, i, passage, shell, set_off);
            out.push(GateCommand { span, bypasses });
        }
    }
    out
}

/// `set -e`, `set +e`, `set -o pipefail`: whether errexit was switched, and how.
fn set_option(command: &Command<'_>, shell: &mut Shell) -> Option<bool> {
    if command.words.first().is_none_or(|w| w.raw != "set") {
        return None;
    }
    let mut switched = None;
    let words: Vec<&str> = command.words.iter().skip(1).map(|w| w.raw).collect();
    for (i, word) in words.iter().enumerate() {
        let on = word.starts_with('-');
        let named = |name: &str| words.get(i + 1) == Some(&name);
        if !on && !word.starts_with('+') {
            continue;
        }
        if word.contains('e') || word.ends_with('o') && named("errexit") {
            shell.exits_on_error = on;
            switched = Some(on);
        }
        if word.ends_with('o') && named("pipefail") {
            shell.pipefail = on;
        }
    }
    switched
}

fn hidden_by(
    commands: &[Command<'_>],
    at: usize,
    passage: &Passage<'_>,
    shell: Shell,
    set_off: Option<Span>,
) -> Vec<Bypass> {
    let command = &commands[at];
    let mut out = Vec::new();
    let mut add = |span: Span, what: String| out.push(Bypass { span, what });
    if let Some(word) = command.words.iter().find(|w| w.raw == "--exit-zero") {
        add(passage.span(word.range.clone()), "`--exit-zero` reports and never fails".to_owned());
    }
    let rest: Vec<&Command<'_>> = commands[at + 1..].iter().filter(|c| !c.nested).collect();
    let kept = keeps_status(&rest);
    let next = rest.first();
    match next.map(|c| c.join) {
        Some(Join::Or) if !rest.iter().take(4).any(|c| fails(c)) => {
            if let Some(next) = next {
                let shown = next.words.iter().map(|w| w.raw).collect::<Vec<_>>().join(" ");
                let shown: String = shown.chars().take(40).collect();
                add(span_of(next, passage), format!("`|| {shown}` swallows the failure"));
            }
        }
        Some(Join::Pipe) if !shell.pipefail => {
            if let Some(next) = next {
                let what = "the pipe's last command decides: its failure is lost without `set -o pipefail`";
                add(span_of(next, passage), what.to_owned());
            }
        }
        _ => {}
    }
    let zero = rest.iter().find(|c| c.words.len() == 2 && c.words[0].raw == "exit" && c.words[1].plain() == "0");
    if let Some(zero) = zero.filter(|z| z.join == Join::Then || !shell.exits_on_error) {
        add(span_of(zero, passage), "`exit 0` follows it".to_owned());
    } else if !shell.exits_on_error && !kept && rest.iter().any(|c| !matches!(c.join, Join::And | Join::Or)) {
        let what =
            if set_off.is_some() { "`set +e` lets the script go on" } else { "the script goes on after a failure" };
        add(set_off.unwrap_or_else(|| span_of(command, passage)), what.to_owned());
    }
    let tested = command.words.first().is_some_and(|w| matches!(w.raw, "if" | "while" | "until"));
    if tested && !rest.iter().any(|c| fails(c)) {
        add(span_of(command, passage), "its result is only tested, and nothing fails".to_owned());
    }
    out
}

/// `exit 1`, `exit $status`, `false`, `return 1`.
fn fails(command: &Command<'_>) -> bool {
    let words: Vec<&str> =
        command.words.iter().map(|w| w.plain()).skip_while(|w| matches!(*w, "then" | "else" | "{" | "do")).collect();
    match words.as_slice() {
        ["exit" | "return", code, ..] => *code != "0",
        ["exit" | "return"] | ["false"] => true,
        _ => false,
    }
}

/// Whether a script without errexit looks at `$?` and fails by it.
fn keeps_status(rest: &[&Command<'_>]) -> bool {
    let looked = rest.iter().any(|c| c.words.iter().any(|w| w.raw.contains("$?") || w.raw.contains("PIPESTATUS")));
    looked && rest.iter().any(|c| fails(c))
}

fn span_of(command: &Command<'_>, passage: &Passage<'_>) -> Span {
    match (command.words.first(), command.words.last()) {
        (Some(first), Some(last)) => passage.span(first.range.start..last.range.end),
        _ => passage.whole(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::shell::lex::commands;
    use super::*;
    use crate::source::{FileId, Source};

    fn bypasses(script: &str) -> Option<Vec<String>> {
        let source = Source::from_str(FileId(0), "a.sh", script);
        let passage = Passage::of_source(&source);
        let commands = commands(passage.text, false);
        let shell = Shell { exits_on_error: true, pipefail: false };
        let mut found = gates(&commands, &passage, shell);
        let gate = (found.len() == 1).then(|| found.remove(0))?;
        Some(gate.bypasses.into_iter().map(|b| source.slice(b.span).to_owned()).collect())
    }

    #[test]
    fn a_script_that_swallows_the_failure_is_seen() {
        for (script, swallows) in [
            ("synthgate check", vec![]),
            ("synthgate check --output sarif=x\necho done", vec![]),
            ("synthgate check || { echo bad; exit 1; }", vec![]),
            ("synthgate check || true", vec!["true"]),
            ("synthgate check || :", vec![":"]),
            ("synthgate check || echo bad", vec!["echo bad"]),
            ("synthgate check; exit 0", vec!["exit 0"]),
            ("set +e\nsynthgate check\necho done", vec!["set +e"]),
            ("set +e\nsynthgate check\nstatus=$?\nexit $status", vec![]),
            ("synthgate check --exit-zero", vec!["--exit-zero"]),
            ("synthgate check | tee out", vec!["tee out"]),
            ("set -o pipefail\nsynthgate check | tee out", vec![]),
            ("if ! synthgate check; then exit 1; fi", vec![]),
            ("if synthgate check; then echo ok; fi", vec!["if synthgate check"]),
        ] {
            assert_eq!(bypasses(script), Some(swallows.into_iter().map(str::to_owned).collect()), "{script}");
        }
        assert_eq!(bypasses("echo synthgate check"), None);
        assert_eq!(bypasses("pre-commit run synthgate"), None);
    }
}
