// Takes memory and touches it.
fn main() {
    let mut kept = Vec::new();
    loop {
        kept.push(vec![kept.len() as u8 | 1; 16 << 20]);
    }
}
