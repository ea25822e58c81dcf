use std::io::BufRead;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    println!("{} arguments: {}", args.len(), args.join("|"));
    let lines: Vec<String> = std::io::stdin().lock().lines().map(Result::unwrap).collect();
    println!("{} lines, the last is {}", lines.len(), lines.last().unwrap());
    std::process::exit(3);
}
