//! The file of a [`super::adapter::FileAdapter`]: opened once, read whole, replaced whole.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use auth_core::adapter::memory::Tables;
use auth_core::adapter::{AdapterError, FieldId, Filter, ModelId, Record, Schema, Value};
use auth_core::schema::Model;
use serde_json::{Map, Value as Json, json};

/// A file that this process alone has open.
#[derive(Debug)]
pub struct DatabaseFile {
    /// What is committed, and inside a transaction what it has done.
    pub contents: Contents,
    path: PathBuf,
    /// Unlocked when it is closed. It is not the file itself, whose place another takes with each write.
    _lock: File,
}

/// What a file holds.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The rows.
    pub tables: Tables,
    /// The last number that was made an id.
    pub last_id: u64,
}

/// Why a file cannot be opened. It stays as it is.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct OpenError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Two who write would undo each other's writes.
    #[error("in use by another adapter or process: close it there first")]
    InUse,
    /// The system refuses.
    #[error("cannot be read or locked: {0}")]
    Inaccessible(#[from] io::Error),
    /// The error tells line and column.
    #[error("no JSON: {0}")]
    Malformed(#[from] serde_json::Error),
    /// JSON, but not rows of the schema's models.
    #[error("damaged at {place:?}: {reason}")]
    Damaged {
        /// A JSON pointer, rows counted from 0.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// Rows that point to each other could not be read one after the other.
    #[error("this adapter cannot hold model {model:?}, which points to itself or is part of a circle")]
    Circle {
        /// Name of the model.
        model: String,
    },
}

impl DatabaseFile {
    /// Locks and reads a file.
    pub fn open(path: PathBuf, schema: &Arc<Schema>) -> Result<Self, OpenError> {
        let opened = lock(&path).and_then(|lock| Ok((lock, Contents::open(&path, schema)?)));
        match opened {
            Ok((lock, contents)) => Ok(Self { contents, path, _lock: lock }),
            Err(problem) => Err(OpenError { path, problem }),
        }
    }

    /// Writes all beside the file and puts it in the file's place: whoever reads sees the old or the new, never half.
    pub fn save(&self, contents: &Contents) -> Result<(), AdapterError> {
        let new = self.path.with_added_extension("new");
        let failed = |source: io::Error| AdapterError::Database {
            operation: "save",
            table: self.path.display().to_string(),
            source: source.into(),
        };
        write_durably(&new, &contents.render()?)
            .and_then(|()| std::fs::rename(&new, &self.path))
            .map_err(failed)?;
        // From here on the new file is seen; only whether it outlives a power cut is open.
        sync_folder(&self.path).map_err(|source| AdapterError::UnknownOutcome(source.into()))
    }
}

impl Contents {
    /// What would be after some work. What could not be written is refused here, and not by a commit later.
    pub fn after<T>(
        &self,
        work: impl FnOnce(&mut Self) -> Result<T, AdapterError>,
    ) -> Result<(T, Self), AdapterError> {
        let mut next = self.clone();
        let value = work(&mut next)?;
        next.render()?;
        Ok((value, next))
    }

    /// An id that no row of the model has or had.
    pub fn make_id(&mut self, model: ModelId) -> Result<Value, AdapterError> {
        loop {
            self.last_id += 1;
            let id = Value::Text(self.last_id.to_string());
            if self.tables.count(model, &Filter::equal(FieldId::ID, id.clone()))? == 0 {
                return Ok(id);
            }
        }
    }

    fn open(path: &Path, schema: &Arc<Schema>) -> Result<Self, Problem> {
        refuse_circles(schema)?;
        let mut contents = Self { tables: Tables::new(Arc::clone(schema)), last_id: 0 };
        match std::fs::read(path) {
            Ok(bytes) => contents.fill(schema, &serde_json::from_slice(&bytes)?)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        Ok(contents)
    }

    fn fill(&mut self, schema: &Schema, json: &Json) -> Result<(), Problem> {
        object(json, "", |name| ["last_id", "tables"].contains(&name))?;
        self.last_id = json["last_id"].as_u64().ok_or_else(|| damaged("/last_id", "must be a number"))?;
        let has_table = |name: &str| schema.models().any(|(_, model)| model.table() == name);
        let tables = object(&json["tables"], "/tables", has_table)?;
        for model in schema.creation_order() {
            let id = schema.find(model.name()).map_err(|error| damaged("/tables", error.to_string()))?;
            let place = format!("/tables/{}", model.table());
            let rows = match tables.get(model.table()) {
                Some(rows) => rows.as_array().ok_or_else(|| damaged(&place, "must be an array"))?.as_slice(),
                None => &[],
            };
            for (number, row) in rows.iter().enumerate() {
                let place = format!("{place}/{number}");
                let record = read_row(model, row, &place)?;
                self.tables.create(id, record).map_err(|error| damaged(place, error.to_string()))?;
            }
        }
        Ok(())
    }

    fn render(&self) -> Result<String, AdapterError> {
        let mut tables = Map::new();
        for (id, model) in self.tables.schema().models() {
            let rows = self.tables.all(id)?.map(|record| write_row(model, record));
            tables.insert(model.table().to_owned(), rows.collect::<Result<_, _>>()?);
        }
        Ok(format!("{:#}\n", json!({ "last_id": self.last_id, "tables": tables })))
    }
}

fn read_row(model: &Model, row: &Json, place: &str) -> Result<Record, Problem> {
    let has_column = |name: &str| model.fields().iter().any(|field| field.column == name);
    let columns = object(row, place, has_column)?;
    let mut record = Record::with_capacity(model.fields().len());
    for field in model.fields() {
        // What is not there is null: a field that the schema gained meanwhile.
        let json = columns.get(&field.column).unwrap_or(&Json::Null);
        let value = field.field_type.read_json(json);
        record.push(Some(value.map_err(|reason| damaged(format!("{place}/{}", field.column), reason))?));
    }
    Ok(record)
}

/// An object all of whose names are known: what is not would be lost with the next write.
fn object<'a>(
    json: &'a Json,
    place: &str,
    is_known: impl Fn(&str) -> bool,
) -> Result<&'a Map<String, Json>, Problem> {
    let object = json.as_object().ok_or_else(|| damaged(place, "must be an object"))?;
    match object.keys().find(|name| !is_known(name)) {
        Some(name) => Err(damaged(format!("{place}/{name}"), "is not in the schema")),
        None => Ok(object),
    }
}

fn write_row(model: &Model, record: &Record) -> Result<Json, AdapterError> {
    let mut columns = Map::new();
    for (id, value) in record.iter() {
        let Some(field) = model.field(id) else { continue };
        let json = value.to_json();
        // JSON has no infinite number, RFC 3339 no year before the first, and a JSON null would come back as null.
        if field.field_type.read_json(&json).is_err() || json.is_null() != value.is_null() {
            let (model, field) = (model.name().to_owned(), field.name.clone());
            let problem = "it could not be read from the file again";
            return Err(AdapterError::InvalidValue { model, field, found: value.kind(), problem });
        }
        columns.insert(field.column.clone(), json);
    }
    Ok(Json::Object(columns))
}

/// Rows are read in the order of their tables, each after what it points to.
fn refuse_circles(schema: &Schema) -> Result<(), Problem> {
    let mut earlier = Vec::new();
    for model in schema.creation_order() {
        let mut targets = model.fields().iter().filter_map(|field| field.references.as_ref());
        if targets.any(|target| !earlier.contains(&target.model.as_str())) {
            return Err(Problem::Circle { model: model.name().to_owned() });
        }
        earlier.push(model.name());
    }
    Ok(())
}

fn lock(path: &Path) -> Result<File, Problem> {
    let lock = owner_only().open(path.with_added_extension("lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Problem::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn write_durably(path: &Path, text: &str) -> io::Result<()> {
    let mut file = owner_only().truncate(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A rename is durable once the folder is. Systems that cannot open a folder do without.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new("."))).map_or(Ok(()), |folder| folder.sync_all())
}

/// Tokens and password hashes are nobody else's to read.
fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn damaged(place: impl Into<String>, reason: impl Into<String>) -> Problem {
    Problem::Damaged { place: place.into(), reason: reason.into() }
}
