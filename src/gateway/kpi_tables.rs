//! Figures as tables for people's own tools: CSV and XLSX (`docs/decisions/0014-figures.md`).

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{Workbook, XlsxError};

use crate::wire::pages::{KpiAbout, KpisPage};

use super::refused::Problem;

const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEAD: [&str; 9] = ["key", "name", "kpi", "zh", "en", "unit", "n", "d", "value"];

/// How the answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Csv,
    Xlsx,
}

impl Form {
    /// As `format` says, or else as the request accepts.
    pub(super) fn of(format: Option<&str>, headers: &HeaderMap) -> Result<Self, Problem> {
        let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        match (format, accepts) {
            (Some("json"), _) => Ok(Self::Json),
            (Some("csv"), _) => Ok(Self::Csv),
            (Some("xlsx"), _) => Ok(Self::Xlsx),
            (Some(other), _) => {
                Err(Problem::unreadable(format!("format={other} is none of json, csv, xlsx")))
            }
            (None, Some(accepts)) if accepts.starts_with("text/csv") => Ok(Self::Csv),
            (None, Some(accepts)) if accepts.starts_with(XLSX) => Ok(Self::Xlsx),
            (None, _) => Ok(Self::Json),
        }
    }
}

/// As comma-separated values, with the mark that a spreadsheet tells UTF-8 by.
pub(super) fn csv(page: &KpisPage) -> Result<Response, Problem> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(HEAD).map_err(Problem::broken)?;
    for (row, about) in rows(page) {
        let value = row.value.map(|value| value.to_string()).unwrap_or_default();
        let name = row.name.clone().unwrap_or_default();
        let (n, d) = (row.n.to_string(), row.d.to_string());
        let unit = unit_of(about);
        let cells = [&row.key, &name, about.id, about.zh, about.en, unit, &n, &d, &value];
        writer.write_record(cells.map(harmless)).map_err(Problem::broken)?;
    }
    let bytes = writer.into_inner().map_err(Problem::broken)?;
    Ok(file(CSV, &page.window, "csv", bytes))
}

/// As a workbook of one sheet.
pub(super) fn xlsx(page: &KpisPage) -> Result<Response, Problem> {
    let bytes = workbook(page).map_err(Problem::broken)?;
    Ok(file(XLSX, &page.window, "xlsx", bytes))
}

fn workbook(page: &KpisPage) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(&page.window)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, head) in (0..).zip(HEAD) {
        sheet.write_string(0, column, head)?;
    }
    for (line, (row, about)) in (1..).zip(rows(page)) {
        let name = row.name.as_deref().unwrap_or_default();
        let words = [row.key.as_str(), name, about.id, about.zh, about.en, unit_of(about)];
        for (column, word) in (0..).zip(words) {
            sheet.write_string(line, column, word)?;
        }
        sheet.write_number(line, 6, number(row.n))?;
        sheet.write_number(line, 7, number(row.d))?;
        if let Some(value) = row.value {
            sheet.write_number(line, 8, value)?;
        }
    }
    workbook.save_to_buffer()
}

/// Each row with what its figure is.
fn rows(page: &KpisPage) -> impl Iterator<Item = (&crate::wire::pages::KpiRow, &KpiAbout)> {
    let about = |id: &str| page.figures.iter().find(|about| about.id == id);
    page.rows.iter().filter_map(move |row| Some((row, about(row.kpi)?)))
}

fn unit_of(about: &KpiAbout) -> &'static str {
    about.unit.as_str()
}

/// A cell that a spreadsheet takes for a word and not for a formula.
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

#[expect(clippy::cast_precision_loss, reason = "a count is far below 2^52")]
fn number(count: i64) -> f64 {
    count as f64
}

fn file(kind: &'static str, window: &str, ending: &str, bytes: Vec<u8>) -> Response {
    let name = format!("attachment; filename=\"kpis-{window}.{ending}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response()
}
