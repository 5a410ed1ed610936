//! Creates and drops indexes of the catalogue.

use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::Schema;
use auth_schema::difference::{Needed, Step};
use auth_schema::live::{LiveForeignKey, LiveIndex, LiveTable};
use migration::Runner;
use migration::index::{Engine, IndexDefinition, Kind, Placed, Profile, catalogue};

use super::{Catalogue, IndexError, Refusal, State};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Entries by their names, in the catalogue or in the database; all of them or none.
    Names(Vec<String>),
    /// A profile: what is possible of it and no other index makes needless.
    Profile(Profile),
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The statements, an index each.
    pub steps: Vec<Step>,
    /// What of a profile is left out, with the reason.
    pub left: Vec<String>,
}

impl Catalogue<'_> {
    /// Tells what creating would do; indexes that stand need nothing.
    ///
    /// # Errors
    ///
    /// [`IndexError::Refused`] with everything that cannot be, when something was asked for by its name.
    pub fn plan(&self, asked: &Asked, column: Option<&str>) -> Result<Plan, IndexError> {
        let mut plan = Plan::default();
        let mut refusals = Vec::new();
        for definition in self.named(asked, column, &mut refusals) {
            match (self.possible(definition, column), asked) {
                (Ok(at), Asked::Profile(Profile::Extended)) => match self.covering(definition, &at) {
                    Some(by) => plan.left.push(format!("{}: {by} begins with its columns", definition.name)),
                    None => plan.steps.extend(self.creation(definition, &at)?),
                },
                (Ok(at), _) => plan.steps.extend(self.creation(definition, &at)?),
                (Err(refusal), Asked::Names(_)) => refusals.push(refusal),
                (Err(refusal), Asked::Profile(_)) => plan.left.push(refusal.to_string()),
            }
        }
        if refusals.is_empty() { Ok(plan) } else { Err(IndexError::Refused(refusals)) }
    }

    /// Tells what dropping would do; an index that is not there needs nothing.
    ///
    /// # Errors
    ///
    /// [`IndexError::Refused`] with everything that cannot be.
    pub fn plan_drop(&self, names: &[String], column: Option<&str>) -> Result<Plan, IndexError> {
        let mut plan = Plan::default();
        let mut refusals = Vec::new();
        for definition in self.named(&Asked::Names(names.to_vec()), column, &mut refusals) {
            match self.locate(definition, column).and_then(|at| self.removal(definition, &at)) {
                Ok(step) => plan.steps.extend(step),
                Err(Refusal::NoTable { .. }) => {}
                Err(Refusal::NoColumn { .. }) if column.is_none() => {}
                Err(refusal) => refusals.push(refusal),
            }
        }
        if refusals.is_empty() { Ok(plan) } else { Err(IndexError::Refused(refusals)) }
    }

    fn named(
        &self,
        asked: &Asked,
        column: Option<&str>,
        refusals: &mut Vec<Refusal>,
    ) -> Vec<&'static IndexDefinition> {
        let names = match asked {
            Asked::Profile(profile) => {
                return catalogue().filter(|index| index.profile == *profile).collect();
            }
            Asked::Names(names) => names,
        };
        let mut found: Vec<&'static IndexDefinition> = Vec::new();
        for name in names {
            let here = |index: &IndexDefinition| index.name == name;
            let there = |index: &&'static IndexDefinition| {
                self.locate(index, column).is_ok_and(|at| at.index == *name)
            };
            match catalogue().find(|index| here(index)).or_else(|| catalogue().find(there)) {
                Some(index) if found.contains(&index) => {}
                Some(index) => found.push(index),
                None => refusals.push(Refusal::Unknown { name: name.clone() }),
            }
        }
        found
    }

    fn creation(
        &self,
        definition: &'static IndexDefinition,
        at: &Placed,
    ) -> Result<Option<Step>, IndexError> {
        let state = self.state(definition, at);
        if state == State::Present {
            return Ok(None);
        }
        let engine = self.engine.name();
        let refused = |no| IndexError::Refused(vec![Refusal::NoForm { name: definition.name, engine, no }]);
        let mut up = definition.create(self.engine, at).map_err(refused)?;
        let unfinished = (state == State::Invalid).then(|| at.index.clone());
        if unfinished.is_some() {
            up.splice(0..0, definition.drop(self.engine, at));
        }
        let what = format!("create index {} on {}", at.index, at.table);
        Ok(Some(self.step(what, at, up, definition.drop(self.engine, at), unfinished)))
    }

    fn removal(&self, definition: &'static IndexDefinition, at: &Placed) -> Result<Option<Step>, Refusal> {
        if definition.profile == Profile::Core {
            return Err(Refusal::Core { name: definition.name, serves: definition.serves });
        }
        if self.state(definition, at) == State::Missing {
            return Ok(None);
        }
        self.check_own_column(definition, at)?;
        if let (true, Some(index)) = (self.engine.is_mysql_family(), self.standing(definition, at)) {
            self.check_foreign_keys(&at.table, index)?;
        }
        let what = format!("drop index {} of {}", at.index, at.table);
        Ok(Some(self.step(what, at, definition.drop(self.engine, at), Vec::new(), None)))
    }

    fn step(
        &self,
        what: String,
        at: &Placed,
        up: Vec<String>,
        down: Vec<String>,
        unfinished: Option<String>,
    ) -> Step {
        let needed = Needed::Index(at.table.clone(), at.index.clone());
        Step { what, needed, up, unfinished, down, concurrent: self.engine == Engine::Postgres }
    }

    /// Another index that begins with the same columns.
    fn covering(&self, definition: &IndexDefinition, at: &Placed) -> Option<String> {
        if definition.kind != Kind::Columns || definition.unique {
            return None;
        }
        let names: Vec<&String> = at.columns.iter().map(|column| &column.name).collect();
        let covers = |index: &&LiveIndex| {
            index.name != at.index
                && !index.partial
                && index.valid
                && index.columns.len() >= names.len()
                && index.columns.iter().zip(&names).all(|(column, name)| column == *name)
        };
        self.live.table(&at.table)?.indexes.iter().find(covers).map(|index| index.name.clone())
    }

    /// InnoDB keeps an index for each foreign key, at both of its ends.
    fn check_foreign_keys(&self, table: &str, index: &LiveIndex) -> Result<(), Refusal> {
        let needs = |from: &LiveTable, key: &LiveForeignKey| {
            let ends = [(&from.name, &key.columns), (&key.table, &key.target)];
            let end = ends.into_iter().find(|(name, columns)| {
                *name == table && serves(index, columns) && !self.others_serve(table, index, columns)
            });
            end.map(|(_, columns)| Refusal::ForeignKey {
                index: index.name.clone(),
                table: from.name.clone(),
                key: key.name.clone(),
                columns: columns.join(", "),
            })
        };
        let keys =
            self.live.tables.iter().flat_map(|from| from.foreign_keys.iter().map(move |key| (from, key)));
        let refused = keys.into_iter().find_map(|(from, key)| needs(from, key));
        refused.map_or(Ok(()), Err)
    }

    fn others_serve(&self, table: &str, index: &LiveIndex, columns: &[String]) -> bool {
        let others = self.live.table(table).map(|table| table.indexes.as_slice()).unwrap_or_default();
        others.iter().any(|other| other.name != index.name && serves(other, columns))
    }
}

fn serves(index: &LiveIndex, columns: &[String]) -> bool {
    !index.partial && index.columns.starts_with(columns)
}

/// Creates indexes under the lease of the migrations; `told` hears of each before it begins. A run that failed or was killed is run
/// again: what a build left unfinished goes first.
///
/// # Errors
///
/// [`IndexError::Refused`] before anything was changed; the others leave what was done before.
pub async fn create(
    connection: &DatabaseConnection,
    schema: &Schema,
    asked: &Asked,
    column: Option<&str>,
    told: impl FnMut(&Step) + Send,
) -> Result<Plan, IndexError> {
    Catalogue::read(connection, schema).await?.plan(asked, column)?;
    let work = async {
        // Another run may have been faster.
        let plan = Catalogue::read(connection, schema).await?.plan(asked, column)?;
        SeaOrmAdapter::apply(connection, &plan.steps, told).await?;
        Ok(plan)
    };
    Runner::new(connection).alone(work).await
}

/// Drops indexes under the lease of the migrations, as [`create`] creates them.
///
/// # Errors
///
/// Those of [`create`].
pub async fn remove(
    connection: &DatabaseConnection,
    schema: &Schema,
    names: &[String],
    column: Option<&str>,
    told: impl FnMut(&Step) + Send,
) -> Result<Plan, IndexError> {
    Catalogue::read(connection, schema).await?.plan_drop(names, column)?;
    let work = async {
        let plan = Catalogue::read(connection, schema).await?.plan_drop(names, column)?;
        SeaOrmAdapter::apply(connection, &plan.steps, told).await?;
        Ok(plan)
    };
    Runner::new(connection).alone(work).await
}
