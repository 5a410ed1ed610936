//! Looks at a database: counts, and writes the cases to a file. Nothing in the database is changed.

use std::path::Path;

use super::database::Database;
use super::error::AdoptError;
use super::file::CaseFile;
use super::plan::Plan;
use super::progress::{Progress, Shown};

impl Database {
    /// Makes the plan and writes the cases, if there are any.
    ///
    /// # Errors
    ///
    /// [`AdoptError::Decided`] when the file holds decisions and is not to be written over.
    pub async fn inspect(&self, path: &Path, force: bool, shown: Shown) -> Result<Plan, AdoptError> {
        let counting = Progress::new("looking for duplicates", None, shown);
        let mut plan = Plan::of(self).await?;
        let count = self.count_cases().await?;
        counting.finish();
        if count == 0 {
            return Ok(plan);
        }
        let mut file = CaseFile::create(path, force)?;
        let progress = Progress::new("writing the cases", Some(count), shown);
        let mut cases = self.cases();
        while let Some(page) = cases.next_page().await? {
            for case in page {
                plan.add(&case);
                file.write(&case)?;
                progress.advance(1);
            }
        }
        file.finish()?;
        progress.finish();
        plan.file = Some(path.to_owned());
        Ok(plan)
    }
}
