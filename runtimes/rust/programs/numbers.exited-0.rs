fn main() {
    let primes: Vec<u32> = (2..100).filter(|n| (2..*n).all(|d| n % d != 0)).collect();
    println!("{} primes below 100, their sum is {}", primes.len(), primes.iter().sum::<u32>());
    println!("2 ** 62 = {}\n1/3 = {:.6}", 2i64.pow(62), 1.0 / 3.0);
}
