#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| synthgate_fuzz::code::check("a.cls", bytes));
