//! The verbs of migrating, each under the lease.

use sea_orm_migration::sea_orm::DatabaseConnection;
use sea_orm_migration::{DbErr, MigratorTrait};

use crate::lease::{Lease, LeaseOptions};
use crate::{Direction, MigrationError, MigrationState, Migrator, history};

/// What a run did, by names of migrations in the order in which it was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// Rolled back; before anything was applied.
    pub rolled_back: Vec<String>,
    /// Applied.
    pub applied: Vec<String>,
}

impl Outcome {
    /// Whether there was nothing to do.
    pub fn is_empty(&self) -> bool {
        self.rolled_back.is_empty() && self.applied.is_empty()
    }
}

/// Applies everything pending; what an application calls at start.
///
/// When nothing is pending this only reads (two statements) and takes no lease, so a user without the right to change
/// the schema can call it. Any number of processes may call it at once: one migrates, the others wait for it.
pub async fn run(db: &DatabaseConnection) -> Result<Outcome, MigrationError> {
    if history::read(db).await?.iter().all(|migration| migration.applied) {
        return Ok(Outcome::default());
    }
    up(db, None).await
}

/// Applies the next `steps` migrations, or all that are pending.
pub async fn up(db: &DatabaseConnection, steps: Option<usize>) -> Result<Outcome, MigrationError> {
    Runner::new(db).up(steps).await
}

/// Rolls back the last `steps` migrations; their tables and all rows in them are gone.
pub async fn down(db: &DatabaseConnection, steps: usize) -> Result<Outcome, MigrationError> {
    Runner::new(db).down(steps).await
}

/// Rolls back every migration. Of ours the history, now empty, and the lease table stay.
pub async fn reset(db: &DatabaseConnection) -> Result<Outcome, MigrationError> {
    Runner::new(db).reset().await
}

/// Rolls back every migration and applies all again, under one lease.
pub async fn refresh(db: &DatabaseConnection) -> Result<Outcome, MigrationError> {
    Runner::new(db).refresh().await
}

/// Lists every migration in order, with its state. It only reads.
pub async fn status(db: &DatabaseConnection) -> Result<Vec<MigrationState>, MigrationError> {
    history::read(db).await
}

/// The same verbs with lease times of your own.
///
/// A run whose future is dropped half-way leaves its lease to end by itself; the next run continues where it stopped.
#[derive(Debug)]
pub struct Runner<'db> {
    db: &'db DatabaseConnection,
    lease: LeaseOptions,
}

impl<'db> Runner<'db> {
    /// A runner with the default lease times.
    pub fn new(db: &'db DatabaseConnection) -> Self {
        Self { db, lease: LeaseOptions::default() }
    }

    /// Sets the lease times.
    #[must_use]
    pub fn lease(self, lease: LeaseOptions) -> Self {
        Self { lease, ..self }
    }

    /// See [`up`].
    pub async fn up(&self, steps: Option<usize>) -> Result<Outcome, MigrationError> {
        self.migrate(Plan { down: 0, up: steps.unwrap_or(usize::MAX) }).await
    }

    /// See [`down`].
    pub async fn down(&self, steps: usize) -> Result<Outcome, MigrationError> {
        self.migrate(Plan { down: steps, up: 0 }).await
    }

    /// See [`reset`].
    pub async fn reset(&self) -> Result<Outcome, MigrationError> {
        self.down(usize::MAX).await
    }

    /// See [`refresh`].
    pub async fn refresh(&self) -> Result<Outcome, MigrationError> {
        self.migrate(Plan { down: usize::MAX, up: usize::MAX }).await
    }

    /// Does work of your own on the schema under the lease: no other run of these migrations happens meanwhile.
    ///
    /// # Errors
    /// Those of the work; [`MigrationError::LeaseHeld`] when another run held the lease all the time, and
    /// [`MigrationError::LeaseLost`] when it was taken over during the work, which is then dropped.
    pub async fn alone<T, E: From<MigrationError>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let lease = Lease::take(self.db, self.lease).await?;
        let result = tokio::select! {
            result = work => result,
            lost = lease.keep() => Err(lost.into()),
        };
        lease.release().await;
        result
    }

    async fn migrate(&self, plan: Plan) -> Result<Outcome, MigrationError> {
        let lease = Lease::take(self.db, self.lease).await?;
        let result = tokio::select! {
            result = self.carry_out(plan, &lease) => result,
            lost = lease.keep() => Err(lost),
        };
        lease.release().await;
        result
    }

    async fn carry_out(&self, plan: Plan, lease: &Lease<'_>) -> Result<Outcome, MigrationError> {
        Migrator::install(self.db).await.map_err(|source| MigrationError::Database {
            doing: "create the history of migrations",
            source,
        })?;
        let rolled_back = self.carry_out_steps(Direction::Down, plan.down, lease).await?;
        let applied = self.carry_out_steps(Direction::Up, plan.up, lease).await?;
        Ok(Outcome { rolled_back, applied })
    }

    /// One migration at a time, so that the lease is known to be ours before each.
    async fn carry_out_steps(
        &self,
        direction: Direction,
        steps: usize,
        lease: &Lease<'_>,
    ) -> Result<Vec<String>, MigrationError> {
        let names = self.names(direction).await?.into_iter().take(steps).collect::<Vec<_>>();
        for name in &names {
            lease.renew().await?;
            self.step(direction).await.map_err(|source| MigrationError::Step {
                name: name.clone(),
                direction,
                source,
            })?;
        }
        Ok(names)
    }

    async fn step(&self, direction: Direction) -> Result<(), DbErr> {
        match direction {
            Direction::Up => Migrator::up(self.db, Some(1)).await,
            Direction::Down => Migrator::down(self.db, Some(1)).await,
        }
    }

    /// What is to do in this direction, in the order in which `step` does it.
    async fn names(&self, direction: Direction) -> Result<Vec<String>, MigrationError> {
        let wanted = direction == Direction::Down;
        let states = history::read(self.db).await?;
        let mut names: Vec<String> =
            states.into_iter().filter(|state| state.applied == wanted).map(|state| state.name).collect();
        if direction == Direction::Down {
            names.reverse();
        }
        Ok(names)
    }
}

/// How many migrations to roll back, and then to apply.
#[derive(Debug, Clone, Copy)]
struct Plan {
    down: usize,
    up: usize,
}
