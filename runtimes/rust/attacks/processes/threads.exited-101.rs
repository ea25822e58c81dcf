// Threads, until there are no more: the one that starts them panics.
// under runsc: out_of_memory, because gVisor bounds no threads
use std::{thread, time::Duration};

fn main() {
    loop {
        thread::spawn(|| thread::sleep(Duration::from_secs(3600)));
    }
}
