//! A sheet of a register as a clerk writes it: a table with these columns and no others.
//!
//! What is not known by name is refused, not passed over: a column of persons would be in the file
//! by habit, and nothing of it may come further than this.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{GridCode, OrgCode, Register, RegisterRow};

/// The columns there are; `code`, `grid` and `sort` have to be.
pub const COLUMNS: [&str; 9] =
    ["code", "grid", "address", "name", "sort", "owner", "licence", "licence_until", "gone"];
const NEEDED: [&str; 3] = ["code", "grid", "sort"];
/// Faults that one reading tells; beyond, the file is not what it should be.
pub const FAULTS_MAX: usize = 100;
/// Characters of a code or a number, and of an address or a name.
const CODE_CHARS_MAX: usize = 40;
const TEXT_CHARS_MAX: usize = 120;
/// Digits in a row that an address or a name has at the most: a telephone has 11.
const DIGITS_MAX: usize = 9;

/// Where a sheet is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SheetFault {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column, where it is one's.
    pub column: String,
    /// What is wrong.
    pub why: String,
    /// What would be right.
    pub right: String,
}

impl std::fmt::Display for SheetFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, column, why, right } = self;
        write!(f, "line {line}, {column}: {why}; right would be {right}")
    }
}

/// What a sheet is held to.
#[derive(Clone, Copy)]
pub struct SheetRules<'a> {
    /// Of which register it is.
    pub register: Register,
    /// Whether an organisation is one of the city's.
    pub is_org: &'a dyn Fn(&OrgCode) -> bool,
    /// Whether a grid is the city's.
    pub is_grid: &'a dyn Fn(GridCode) -> bool,
}

impl std::fmt::Debug for SheetRules<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SheetRules({})", self.register)
    }
}

/// Gives each row to `take`, and returns the codes that go.
///
/// # Errors
/// Where it is no such table: the first [`FAULTS_MAX`] faults, each with its line and column.
pub fn read(
    table: &[u8],
    rules: SheetRules<'_>,
    mut take: impl FnMut(&RegisterRow<'_>),
) -> Result<Vec<String>, Vec<SheetFault>> {
    let table = table.strip_prefix("\u{feff}".as_bytes()).unwrap_or(table);
    let mut reader = ReaderBuilder::new().from_reader(table);
    let mut reading = Reading::new(rules);
    let header = reader.headers().ok().cloned();
    let Some(columns) = reading.columns(header.as_ref()) else { return Err(reading.faults) };
    let mut record = StringRecord::new();
    while reading.faults.len() < FAULTS_MAX {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                reading.row(line, &columns, &record, &mut take);
            }
            Err(error) => {
                let right = "as many cells as the header has, in UTF-8";
                reading.note(line, "", "is no row of the table", right);
                tracing::debug!(%error, "a sheet's row cannot be read");
            }
        }
    }
    if reading.faults.is_empty() { Ok(reading.gone) } else { Err(reading.faults) }
}

struct Reading<'a> {
    rules: SheetRules<'a>,
    faults: Vec<SheetFault>,
    /// On which line each code stands.
    lines: HashMap<String, u64>,
    gone: Vec<String>,
}

/// Where each column stands.
type Columns = HashMap<&'static str, usize>;

impl<'a> Reading<'a> {
    fn new(rules: SheetRules<'a>) -> Self {
        Self { rules, faults: Vec::new(), lines: HashMap::new(), gone: Vec::new() }
    }

    fn note(&mut self, line: u64, column: &str, why: &str, right: impl Into<String>) {
        let (column, why) = (column.to_owned(), why.to_owned());
        self.faults.push(SheetFault { line, column, why, right: right.into() });
    }

    /// The columns; none where there is one that may not be, or one is missing.
    fn columns(&mut self, header: Option<&StringRecord>) -> Option<Columns> {
        let Some(header) = header else {
            self.note(1, "", "cannot be read", "a header in UTF-8");
            return None;
        };
        let mut columns = Columns::new();
        for (at, name) in header.iter().enumerate() {
            let name = name.trim();
            match COLUMNS.into_iter().find(|column| *column == name) {
                Some(column) if columns.insert(column, at).is_none() => {}
                Some(_) => self.note(1, name, "stands twice", "once"),
                None => {
                    let right = format!("only {}", COLUMNS.join(", "));
                    self.note(1, name, "is no column of a register: nothing of it is taken", right);
                }
            }
        }
        for needed in NEEDED {
            if !columns.contains_key(needed) {
                self.note(1, needed, "is missing", "a column of this name");
            }
        }
        self.faults.is_empty().then_some(columns)
    }

    fn row(
        &mut self,
        line: u64,
        columns: &Columns,
        record: &StringRecord,
        take: &mut impl FnMut(&RegisterRow<'_>),
    ) {
        let cell = |name| {
            let at = columns.get(name).copied();
            at.and_then(|at| record.get(at)).map(str::trim).unwrap_or_default()
        };
        let given = |name| Some(cell(name)).filter(|text| !text.is_empty());
        let before = self.faults.len();
        let code = cell("code");
        self.is_code(line, "code", Some(code));
        if let Some(first) = self.lines.insert(code.to_owned(), line) {
            self.note(line, "code", &format!("stands on line {first}, too"), "one row for a code");
        }
        match given("gone") {
            Some("1") if self.faults.len() == before => return self.gone.push(code.to_owned()),
            Some("1") => return,
            None | Some("0") => {}
            Some(_) => self.note(line, "gone", "is neither 1 nor 0", "1 where the row is to go"),
        }
        let grid = self.grid(line, cell("grid"));
        self.is_sort(line, cell("sort"));
        self.is_text(line, "address", cell("address"));
        self.is_text(line, "name", cell("name"));
        self.is_owner(line, given("owner"));
        self.is_licence(line, (given("licence"), given("licence_until")));
        let (Some(grid), true) = (grid, self.faults.len() == before) else { return };
        take(&RegisterRow {
            code,
            grid,
            address: cell("address"),
            name: cell("name"),
            sort: cell("sort"),
            owner: given("owner"),
            licence: given("licence"),
            licence_until: given("licence_until"),
        });
    }

    fn is_code(&mut self, line: u64, column: &str, code: Option<&str>) {
        let Some(code) = code else { return };
        let sound = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        let length = code.chars().count();
        if !(1..=CODE_CHARS_MAX).contains(&length) || !code.chars().all(sound) {
            self.note(line, column, "is no code", "1 to 40 letters, digits and -_./");
        }
    }

    fn grid(&mut self, line: u64, text: &str) -> Option<GridCode> {
        let grid = text.parse().ok().filter(|grid| (self.rules.is_grid)(*grid));
        if grid.is_none() {
            let right = "the code of one of its grids, communities or towns";
            self.note(line, "grid", "is no place of this city", right);
        }
        grid
    }

    fn is_sort(&mut self, line: u64, sort: &str) {
        let register = self.rules.register;
        if register.sorts().contains(&sort) {
            return;
        }
        let right = format!("one of {}", register.sorts().join(", "));
        let why = if register == Register::Camera {
            "is nothing that a camera of this register looks at (视频图像条例 art. 8)"
        } else {
            "is no sort of this register"
        };
        self.note(line, "sort", why, right);
    }

    /// A telephone or an identity number is a person's. What it says is not repeated.
    fn is_text(&mut self, line: u64, column: &str, text: &str) {
        if TEXT_CHARS_MAX < text.chars().count() {
            self.note(line, column, "is too long", "at most 120 characters");
        }
        let digits = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
        if DIGITS_MAX < digits {
            let right = "what the thing is called, and where it stands";
            self.note(line, column, "has a number as persons have", right);
        }
    }

    fn is_owner(&mut self, line: u64, owner: Option<&str>) {
        let known = |owner: &str| (self.rules.is_org)(&OrgCode(owner.to_owned()));
        if owner.is_some_and(|owner| !known(owner)) {
            let right = "the code of an organisation, or nothing";
            self.note(line, "owner", "is no organisation of this city", right);
        }
    }

    fn is_licence(&mut self, line: u64, (licence, until): (Option<&str>, Option<&str>)) {
        if self.rules.register != Register::Premises {
            if licence.or(until).is_some() {
                self.note(line, "licence", "premises alone have a licence", "nothing");
            }
            return;
        }
        self.is_code(line, "licence", licence);
        if until.is_some_and(|until| until.parse::<jiff::civil::Date>().is_err()) {
            self.note(line, "licence_until", "is no day", "a day such as 2027-06-30");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(register: Register, table: &str) -> Vec<(u64, String)> {
        let is_org = |org: &OrgCode| org.0 == "CG";
        let is_grid = |grid: GridCode| grid.to_string().starts_with("2110");
        let rules = SheetRules { register, is_org: &is_org, is_grid: &is_grid };
        let read = read(table.as_bytes(), rules, |_| {});
        let named = |fault: SheetFault| (fault.line, fault.column);
        read.err().unwrap_or_default().into_iter().map(named).collect()
    }

    fn named(line: u64, column: &str) -> (u64, String) {
        (line, column.to_owned())
    }

    #[test]
    fn each_fault_is_told_with_its_line_and_column() {
        let table = "code,grid,sort,owner,address\n\
            A1,211002001001001,manhole,CG,文圣路3号\n\
            A1,211002001001001,manhole,,\n\
            A2,11,lamp,XX,call 13812345678\n\
            ,211002,bin,,\n";
        let wanted = [
            named(3, "code"),
            named(4, "grid"),
            named(4, "sort"),
            named(4, "address"),
            named(4, "owner"),
            named(5, "code"),
        ];
        assert_eq!(faults(Register::Asset, table), wanted);
    }

    #[test]
    fn a_column_of_persons_is_refused_and_no_row_is_read() {
        let table = "code,grid,sort,业主姓名,电话\nA1,1,lamp,张三,138\n";
        assert_eq!(faults(Register::Building, table), [named(1, "业主姓名"), named(1, "电话")]);
        assert_eq!(faults(Register::Building, "code,grid\n"), [named(1, "sort")]);
    }

    #[test]
    fn a_header_of_another_encoding_is_a_fault_and_no_empty_register() {
        // 姓名 as a spreadsheet writes it in GBK.
        let mut table = b"code,grid,sort,".to_vec();
        table.extend_from_slice(&[0xd0, 0xd5, 0xc3, 0xfb]);
        table.extend_from_slice(b"\nA1,211002,bin,x\n");
        let (is_org, is_grid) = (|_: &OrgCode| true, |_: GridCode| true);
        let rules = SheetRules { register: Register::Asset, is_org: &is_org, is_grid: &is_grid };
        let faults = read(&table, rules, |_| {}).unwrap_err();
        assert_eq!((faults.len(), faults[0].line), (1, 1));
    }

    #[test]
    fn no_camera_looks_into_a_forbidden_place() {
        let table = "code,grid,sort\nC1,211002,changing_room\nC2,211002,road\n";
        assert_eq!(faults(Register::Camera, table), [named(2, "sort")]);
    }

    #[test]
    fn a_licence_is_of_premises() {
        let table = "code,grid,sort,licence,licence_until\nP1,211002,hotel,JY-1,2027-02-30\n";
        assert_eq!(faults(Register::Premises, table), [named(2, "licence_until")]);
        assert_eq!(faults(Register::Place, table)[0].0, 2);
    }
}
