//! Runs a command and says how long it took, how much of the processors, and how much memory at most. The last two
//! are read from `/proc`, and are nothing where there is none.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run took.
pub struct Run {
    pub seconds: f64,
    pub cpu_seconds: f64,
    pub peak_bytes: u64,
    /// Lines that it wrote.
    pub lines: usize,
}

/// Runs a command to its end.
pub fn measure(mut command: Command) -> std::io::Result<Run> {
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let Some(mut output) = child.stdout.take() else { return Err(std::io::ErrorKind::BrokenPipe.into()) };
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        output.read_to_end(&mut text).map(|_| text.iter().filter(|b| **b == b'\n').count())
    });
    let folder = format!("/proc/{}", child.id());
    let mut run = Run { seconds: 0.0, cpu_seconds: 0.0, peak_bytes: 0, lines: 0 };
    // A process that has ended keeps its times until it is waited for, but not its memory.
    while let Ok(stat) = std::fs::read_to_string(format!("{folder}/stat")) {
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
        // Fields 14 and 15 of proc(5), in hundredths of a second on Linux.
        run.cpu_seconds = (ticks(11) + ticks(12)) / 100.0;
        if fields.first() == Some(&"Z") {
            break;
        }
        run.peak_bytes = run.peak_bytes.max(peak(&folder));
        std::thread::sleep(Duration::from_micros(500));
    }
    child.wait()?;
    run.seconds = started.elapsed().as_secs_f64();
    run.lines = reader.join().unwrap_or(Ok(0))?;
    Ok(run)
}

/// The highest resident size so far.
fn peak(folder: &str) -> u64 {
    let status = std::fs::read_to_string(format!("{folder}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}
