//! The pages are embedded from `dashboards/web/dist`: build again when they change.
//!
//! They need not be there: a server without pages says how to build them.

fn main() -> std::io::Result<()> {
    let pages = "dashboards/web/dist";
    std::fs::create_dir_all(pages)?;
    println!("cargo::rerun-if-changed={pages}");
    Ok(())
}
