use std::collections::BTreeMap;

fn main() {
    let mut counts = BTreeMap::new();
    for word in "plum apple plum pear apple plum".split(' ') {
        *counts.entry(word).or_insert(0) += 1;
    }
    for (word, count) in counts {
        println!("{word} {count}");
    }
    println!("Zwölf Boxkämpfer");
}
