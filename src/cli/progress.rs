//! A line on standard error for runs that take long: on a terminal only, and only after half a second.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A running line; gone when stopped.
pub(super) struct Progress(Option<(mpsc::Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Starts to watch the clock.
    pub(super) fn start() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let (stop, stopped) = mpsc::channel();
        let started = Instant::now();
        let thread = std::thread::spawn(move || {
            let mut shown = false;
            let mut wait = Duration::from_millis(500);
            while matches!(stopped.recv_timeout(wait), Err(mpsc::RecvTimeoutError::Timeout)) {
                shown = true;
                wait = Duration::from_millis(200);
                // A terminal that is gone is no reason to fail.
                let _ = write!(std::io::stderr(), "\rchecking … {:.1} s", started.elapsed().as_secs_f32());
                let _ = std::io::stderr().flush();
            }
            if shown {
                let _ = write!(std::io::stderr(), "\r\x1b[K");
                let _ = std::io::stderr().flush();
            }
        });
        Self(Some((stop, thread)))
    }

    /// Takes the line away.
    pub(super) fn stop(self) {
        if let Some((stop, thread)) = self.0 {
            drop(stop);
            // The thread only waits and writes; if it panicked there is nothing to clean up.
            let _ = thread.join();
        }
    }
}
