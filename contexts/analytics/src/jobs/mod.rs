//! Work that nobody asks for: scheduled reports, and forgetting what is old.

mod due;
mod make;
mod tidy;

pub use due::DueReports;
pub use make::MakeReport;
pub use tidy::Tidy;
