//! regorus, wrapped: in come modules and inputs, out come values or the sentence that says what broke and where.
//!
//! Built-in rules are compiled to one [`Program`] for each kind of subject and run on the register VM, which is three
//! times as fast as the interpreter but swallows errors inside a rule and keeps undefined values in comprehensions.
//! Built-in rules never meet either (tests hold both engines against each other). A project's own policies run on the
//! interpreter.
//!
//! Limits: instructions and time on the VM, time on the interpreter. A limit on memory would need regorus' own
//! allocator in the whole program; the builtin that makes memory from nothing (`numbers.range`) is bounded instead.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::VmError;
use regorus::rvm::{Program, RegoVM};
use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, LimitError, Value};

use super::module::{LENGTH, place};
use super::problem::PolicyFile;

/// What one evaluation (one rule, one subject) may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Instructions of the register VM.
    pub instructions: usize,
    /// Wall-clock time on either engine.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        // A rule on an ordinary subject takes some hundred instructions and microseconds.
        Self { instructions: 5_000_000, time: Duration::from_secs(5) }
    }
}

/// Why an evaluation has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// The policy's file, if it is not the rule's own.
    pub path: Option<String>,
    /// 1-based line there.
    pub line: Option<u32>,
    /// What broke, without values of the subject.
    pub message: String,
    /// It ran into a limit: asking it again about other subjects would only take as long again.
    pub limit: bool,
}

impl Broken {
    pub(super) fn because(message: impl Into<String>) -> Self {
        Self { path: None, line: None, message: message.into(), limit: false }
    }
}

/// The name of a rule's entry point.
pub(super) fn entry(id: &str) -> String {
    format!("data.synthgate_entry.rule_{}", id.replace('-', "_"))
}

/// A rule to be asked.
pub(super) struct EntryPoint<'a> {
    /// Its id, which names the entry point.
    pub id: &'a str,
    /// `data.synthgate.credentials.shared_credential`.
    pub package: &'a str,
    /// What it defines beside `deny`.
    pub promises: Promises,
}

/// What a rule defines beside `deny`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Promises {
    pub undetermined: bool,
    pub applies: bool,
}

/// One module with an entry point for each rule: all that it defines, taken together, so that what its sets share is
/// computed once.
pub(super) fn entry_module(rules: &[EntryPoint<'_>]) -> PolicyFile {
    let mut text = String::from("package synthgate_entry\n\nimport rego.v1\n");
    for EntryPoint { id, package, promises } in rules {
        let name = id.replace('-', "_");
        if promises.applies {
            text.push_str(&format!("\ndefault applies_{name} := false\n\napplies_{name} if {package}.applies\n"));
        }
        text.push_str(&format!("\nrule_{name} := {{\n\t\"deny\": {package}.deny,\n"));
        if promises.undetermined {
            text.push_str(&format!("\t\"undetermined\": {package}.undetermined,\n"));
        }
        if promises.applies {
            text.push_str(&format!("\t\"applies\": applies_{name},\n"));
        }
        text.push_str("}\n");
    }
    PolicyFile::new("<entry points>", text)
}

/// An interpreter with all modules, ready to be cloned for each thread.
pub(super) fn interpreter(files: &[&PolicyFile], date: &str, limits: Limits) -> Result<Engine, Broken> {
    let mut engine = with_policies(files)?;
    engine.set_execution_timer_config(timer(limits));
    // `print` would write to standard error.
    engine.set_gather_prints(true);
    for (name, arity, builtin) in super::hermetic::replaced(date) {
        engine.add_extension(name.into(), arity, builtin).map_err(|e| unlocated(&e))?;
    }
    Ok(engine)
}

/// Compiles what the interpreter has, which shows variables that nothing binds.
pub(super) fn prepare(engine: &mut Engine, entry: &str) -> Result<(), Broken> {
    engine.compile_with_entrypoint(&entry.into()).map(|_| ()).map_err(|e| unlocated(&e))
}

fn with_policies(files: &[&PolicyFile]) -> Result<Engine, Broken> {
    let mut engine = Engine::new();
    engine.set_policy_length_config(LENGTH);
    for file in files {
        engine.add_policy(file.path.clone(), file.text.to_string()).map_err(|e| unlocated(&e))?;
    }
    Ok(engine)
}

fn timer(limits: Limits) -> ExecutionTimerConfig {
    ExecutionTimerConfig { limit: limits.time, check_interval: NonZeroU32::new(256).unwrap_or(NonZeroU32::MIN) }
}

/// Compiles modules for the register VM.
pub(super) fn program(files: &[&PolicyFile], entries: &[String]) -> Result<Arc<Program>, Broken> {
    let Some(first) = entries.first() else { return Ok(Arc::new(Program::new())) };
    let mut engine = with_policies(files)?;
    let compiled = engine.compile_with_entrypoint(&first.as_str().into()).map_err(|e| unlocated(&e))?;
    let names: Vec<&str> = entries.iter().map(String::as_str).collect();
    Compiler::compile_from_policy(&compiled, &names).map_err(|e| {
        let (line, _, message) = place(&e.to_string());
        let span = e.span.as_ref();
        Broken {
            path: span.map(|s| s.source.get_path().clone()),
            line: span.map(|s| s.line).or(line),
            message,
            limit: false,
        }
    })
}

/// A register VM with a program, for one thread.
pub(super) fn machine(program: &Arc<Program>, limits: Limits) -> Result<RegoVM, Broken> {
    let mut vm = RegoVM::new();
    vm.set_max_instructions(limits.instructions);
    vm.set_execution_timer_config(Some(timer(limits)));
    vm.load_program(Arc::clone(program));
    vm.set_data(Value::new_object()).map_err(|e| Broken::because(e.to_string()))?;
    Ok(vm)
}

/// Asks the register VM.
pub(super) fn run_machine(vm: &mut RegoVM, entry: &str, input: Value, limits: Limits) -> Result<Value, Broken> {
    vm.set_input(input);
    vm.execute_entry_point_by_name(entry).map_err(|e| {
        let place = counter(&e).and_then(|pc| {
            let program = vm.get_program();
            let span = program.get_instruction_span(pc)?;
            Some((program.get_source_name(span.source_index)?.to_owned(), span.line as u32))
        });
        let (message, limit) = match &e {
            VmError::InstructionLimitExceeded { .. } => (too_many(limits), true),
            VmError::TimeLimitExceeded { .. } => (too_long(limits), true),
            VmError::MemoryLimitExceeded { .. } | VmError::MemoryBudgetExceeded { .. } => {
                ("needs more memory than an evaluation may have".into(), true)
            }
            VmError::RegexSizeLimitExceeded { .. } => ("uses a regular expression that is too large".into(), false),
            VmError::NumericOverflow { operation, .. } => (format!("a number overflows in {operation}"), false),
            // The other errors carry values of the subject, which must not be shown.
            other => (format!("the register VM stopped: {}", variant(other)), false),
        };
        let (path, line) = place.unzip();
        Broken { path, line, message, limit }
    })
}

/// Asks the interpreter.
pub(super) fn run_interpreter(
    engine: &mut Engine,
    entry: &str,
    input: Value,
    limits: Limits,
    files: &[&PolicyFile],
) -> Result<Value, Broken> {
    engine.set_input(input);
    let result = engine.eval_rule(entry.to_owned());
    let _ = engine.take_prints();
    result.map_err(|e| {
        let text = e.to_string();
        let path = files.iter().find(|f| text.contains(&format!("--> {}:", f.path)));
        let (line, _, message) = place(&text);
        let limit = matches!(e.downcast_ref(), Some(LimitError::TimeLimitExceeded { .. }))
            || message.contains("exceeded time limit");
        let message = if limit { too_long(limits) } else { without_values(&message, files) };
        Broken { path: path.map(|f| f.path.clone()), line, message, limit }
    })
}

fn too_many(limits: Limits) -> String {
    format!("took more than {} instructions: it loops, or does not fit a subject of this size", limits.instructions)
}

fn too_long(limits: Limits) -> String {
    format!("took longer than {} s: it loops, or does not fit a subject of this size", limits.time.as_secs_f32())
}

/// The program counter in an error's text; only the text has it for every kind of error.
fn counter(error: &VmError) -> Option<usize> {
    let text = error.to_string();
    let digits = text.rsplit_once("pc=")?.1;
    digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())].parse().ok()
}

fn variant(error: &VmError) -> String {
    let text = format!("{error:?}");
    text.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
}

/// An error at load: it can only show what stands in the policies.
fn unlocated(error: &anyhow::Error) -> Broken {
    let text = error.to_string();
    let (line, _, message) = place(&text);
    let path = text.split_once("--> ").and_then(|(_, rest)| {
        let head = rest.lines().next()?.rsplitn(3, ':').nth(2)?;
        Some(head.to_owned())
    });
    Broken { path, line, message, limit: false }
}

/// A message of the interpreter without the values it quotes: they come from the scanned files and may be secret.
fn without_values(message: &str, files: &[&PolicyFile]) -> String {
    let cut = ["Got `", "multiple outputs"].iter().filter_map(|m| message.find(m)).min().unwrap_or(message.len());
    let mut out = String::new();
    for (i, part) in message[..cut].split('`').enumerate() {
        let quoted = i % 2 == 1;
        if quoted {
            out.push('`');
        }
        out.push_str(if !quoted || files.iter().any(|f| f.text.contains(part)) { part } else { "…" });
        if quoted {
            out.push('`');
        }
    }
    let out = out.trim();
    if message.contains("multiple outputs") {
        return "a function or rule has more than one value".into();
    }
    match out.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &out[..end]),
        None => out.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_does_not_show_values() {
        let file = PolicyFile::new("a.rego", "package p\nx := startswith(input.secret, \"a\")\n");
        let mut engine = interpreter(&[&file], "2026-11-21", Limits::default()).unwrap();
        let input = Value::from_json_str(r#"{"secret": {"inner": "hunter2"}}"#).unwrap();
        let broken =
            run_interpreter(&mut engine, "data.p.x", input, Limits::default(), &[&file]).map(|_| ()).unwrap_err();
        assert_eq!(broken.message, "`startswith` expects string argument.");
        assert_eq!((broken.path.as_deref(), broken.line), (Some("a.rego"), Some(2)));
    }

    #[test]
    fn a_policy_that_loops_is_stopped_on_both_engines() {
        let text = "package p\nimport rego.v1\nn := [x | some a in input.l; some b in input.l; some c in input.l; some d \
            in input.l; x := [a, b, c, d]]\nloops if {\n\tcount(n) > 5\n}\n";
        let file = PolicyFile::new("loop.rego", text);
        let list: Vec<u32> = (0..300).collect();
        let input = Value::from_json_str(&format!("{{\"l\": {list:?}}}")).unwrap();
        let limits = Limits { instructions: 100_000, time: Duration::from_millis(100) };
        let mut engine = interpreter(&[&file], "2026-11-21", limits).unwrap();
        let broken = run_interpreter(&mut engine, "data.p.loops", input.clone(), limits, &[&file]).unwrap_err();
        assert!(broken.limit && broken.message.contains("longer than 0.1 s"), "{broken:?}");
        let entry = "data.p.loops".to_owned();
        let program = program(&[&file], std::slice::from_ref(&entry)).unwrap();
        for limits in [limits, Limits { instructions: usize::MAX, ..limits }] {
            let mut vm = machine(&program, limits).unwrap();
            let broken = run_machine(&mut vm, &entry, input.clone(), limits).unwrap_err();
            assert!(broken.limit, "{broken:?}");
            assert!(broken.message.contains("100000 instructions") || broken.message.contains("0.1 s"), "{broken:?}");
        }
    }
}
