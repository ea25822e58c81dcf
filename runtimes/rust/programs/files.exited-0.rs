use std::fs;

fn main() -> std::io::Result<()> {
    fs::create_dir("notes")?;
    fs::write("notes/a.txt", "hello from a\n")?;
    fs::write("notes/b.txt", "")?;
    let mut names: Vec<String> = fs::read_dir("notes")?.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    print!("{}\n{}", names.join(" "), fs::read_to_string("notes/a.txt")?);
    Ok(())
}
