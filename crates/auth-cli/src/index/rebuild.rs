//! Builds indexes anew whose build failed or was cut short.

use auth_core::adapter::seaorm::Upkeep;
use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::Schema;
use auth_schema::difference::{Needed, Step};
use auth_schema::live::LiveIndex;
use migration::Runner;

use super::{Asked, Catalogue, IndexError, Plan, State};

impl Catalogue<'_> {
    /// Tells what building them anew would do: those of the catalogue by its definition, others as they were meant. What such a
    /// build of PostgreSQL itself has left behind is dropped.
    ///
    /// # Errors
    ///
    /// [`IndexError`], when one of the catalogue cannot be there.
    pub fn plan_rebuild(&self) -> Result<Plan, IndexError> {
        let known = self
            .list()
            .into_iter()
            .filter(|entry| entry.state == State::Invalid && !entry.definition.kind.asks_for_a_column());
        let known: Vec<String> = known.filter_map(|entry| entry.index).collect();
        let tables = self.schema.models().filter_map(|(_, model)| self.live.table(model.table()));
        let others = tables.flat_map(|table| {
            let invalid = table.indexes.iter().filter(|index| !index.valid && !known.contains(&index.name));
            invalid.filter_map(|index| self.anew(&table.name, index))
        });
        let mut plan = Plan { steps: others.collect(), left: Vec::new() };
        if !known.is_empty() {
            plan.steps.extend(self.plan(&Asked::Names(known), None)?.steps);
        }
        Ok(plan)
    }

    fn anew(&self, table: &str, index: &LiveIndex) -> Option<Step> {
        let statement = Upkeep::Rebuild { index: index.name.clone() }.statement(self.live.engine)?;
        Some(Step {
            what: format!("build index {} on {table} anew", index.name),
            needed: Needed::Index(table.to_owned(), index.name.clone()),
            up: vec![statement],
            unfinished: Some(index.name.clone()),
            down: Vec::new(),
            concurrent: true,
        })
    }
}

/// Builds them anew under the lease of the migrations; `told` hears of each before it begins.
///
/// # Errors
///
/// [`IndexError`]; what was done before stays.
pub async fn rebuild(
    connection: &DatabaseConnection,
    schema: &Schema,
    told: impl FnMut(&Step) + Send,
) -> Result<Plan, IndexError> {
    // Without anything to do there is no lease to take.
    if Catalogue::read(connection, schema).await?.plan_rebuild()?.steps.is_empty() {
        return Ok(Plan::default());
    }
    let work = async {
        let plan = Catalogue::read(connection, schema).await?.plan_rebuild()?;
        SeaOrmAdapter::apply(connection, &plan.steps, told).await?;
        Ok(plan)
    };
    Runner::new(connection).alone(work).await
}
