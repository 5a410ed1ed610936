//! Backups are made, damaged and looked at.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use auth_cli::adopt::Shown;
use auth_cli::backup::{Backup, BackupError, Check, Made, Manifest};
use auth_cli::transfer::{TransferError, totals};
use auth_core::{DatabaseConfig, SeaOrmAdapter};
use auth_schema::Schema;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::crowd;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use sha2::{Digest, Sha256};
use time::macros::datetime;

/// A database with people, and a folder for its backups.
struct Stage {
    url: String,
    backend: Backend,
    connection: DatabaseConnection,
    folder: PathBuf,
}

impl Stage {
    async fn new(database: &TestDatabase) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let connection = database.connect().await;
        migration::run(&connection).await.expect("the migrations run");
        crowd::fill(&connection, database.backend(), 0, 2_500).await;
        let folder = std::env::temp_dir().join(format!("auth-backup-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self { url: database.url.clone(), backend: database.backend(), connection, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("backup")
    }

    async fn make(&self, change: impl FnOnce(&mut Backup<'_>)) -> Result<Made, BackupError> {
        self.make_as(&self.connection, &self.url, change).await
    }

    async fn make_as(
        &self,
        connection: &DatabaseConnection,
        url: &str,
        change: impl FnOnce(&mut Backup<'_>),
    ) -> Result<Made, BackupError> {
        let (schema, file) = (Schema::core(), self.file());
        let mut backup = Backup {
            connection: connection.clone(),
            url,
            schema: &schema,
            file: &file,
            force: false,
            verify: true,
            created_at: datetime!(2026-11-24 12:00 UTC),
            shown: Shown::None,
        };
        change(&mut backup);
        backup.make().await
    }

    async fn check(&self) -> Result<Manifest, BackupError> {
        let (schema, file) = (Schema::core(), self.file());
        let check = Check { file: &file, schema: &schema, shown: Shown::None };
        let on_server = check.bytes()?;
        assert_eq!(on_server, self.backend != Backend::Sqlite);
        check.restore(on_server.then_some((&self.connection, &self.url))).await
    }

    /// Databases that were made to restore into.
    async fn scratches(&self) -> usize {
        let text = match self.backend {
            Backend::Postgres => "SELECT datname FROM pg_database WHERE datname LIKE 'auth\\_verify\\_%'",
            Backend::Mysql => "SHOW DATABASES LIKE 'auth\\_verify\\_%'",
            _ => return 0,
        };
        let statement = Statement::from_string(self.connection.get_database_backend(), text.to_owned());
        self.connection.query_all_raw(statement).await.unwrap().len()
    }

    /// Lets the manifest tell of the file as it is now: only the restore can find what is wrong.
    fn vouch(&self) {
        let path = Manifest::path(&self.file());
        let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let bytes = fs::read(self.file()).unwrap();
        manifest["bytes"] = bytes.len().into();
        let digits =
            Sha256::digest(&bytes).iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"));
        manifest["sha256"] = digits.into();
        fs::write(path, manifest.to_string()).unwrap();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

#[cfg(unix)]
fn mode(file: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

pub async fn a_backup_is_restored_and_compared(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    let made = stage.make(|_| {}).await.unwrap();
    let adapter = SeaOrmAdapter::new(stage.connection.clone()).await.unwrap();
    let stands = totals(&adapter, Shown::None, "").await.unwrap();
    assert_eq!((made.manifest.totals.as_ref(), made.written_meanwhile.len()), (Some(&stands), 0));
    assert_eq!((stands["user"].rows, stands["session"].rows), (500, 2_500));
    assert_eq!(names(&stage.folder), ["backup", "backup.json"]);
    #[cfg(unix)]
    assert_eq!((mode(&stage.file()), mode(&Manifest::path(&stage.file()))), (0o600, 0o600));
    assert_eq!(stage.check().await.unwrap(), made.manifest);
    assert_eq!(names(&stage.folder), ["backup", "backup.json"], "a look leaves nothing");
    assert_eq!(Manifest::read(&stage.file()).unwrap(), made.manifest);
    if stage.backend == Backend::Sqlite {
        return;
    }
    // Other tests make some, too, at the same time: theirs are gone sooner or later.
    let mut tries = 0;
    while stage.scratches().await > 0 {
        tries += 1;
        assert!(tries < 600, "a database is left");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

pub async fn a_damaged_backup_is_found(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    stage.make(|_| {}).await.unwrap();
    let whole = fs::read(stage.file()).unwrap();
    let manifest = fs::read(Manifest::path(&stage.file())).unwrap();
    // One bit of a row, then half of the file. SQLite leaves copies in room that nothing uses: each is changed. PostgreSQL packs its
    // rows: there it is any bit.
    let mut flipped = whole.clone();
    let copies = whole.windows(ADDRESS.len()).enumerate().filter(|(_, bytes)| *bytes == ADDRESS);
    let mut places: Vec<usize> = copies.map(|(place, _)| place).collect();
    if places.is_empty() {
        places.push(whole.len() / 2);
    }
    for place in places {
        flipped[place] ^= 0x04;
    }
    for damaged in [&flipped[..], &whole[..whole.len() / 2]] {
        fs::write(stage.file(), damaged).unwrap();
        let found = stage.check().await.unwrap_err();
        assert!(matches!(found, BackupError::Changed { .. }), "{found}");
        // Whoever changes the manifest along with it does not get through either.
        stage.vouch();
        let found = stage.check().await.unwrap_err();
        assert!(!matches!(found, BackupError::Changed { .. }), "{found}");
        fs::write(Manifest::path(&stage.file()), &manifest).unwrap();
    }
    // A whole backup of other rows.
    fs::write(stage.file(), &whole).unwrap();
    stage.connection.execute_unprepared("UPDATE auth_sessions SET ip_address = NULL").await.unwrap();
    stage.make(|backup| backup.force = true).await.unwrap();
    let mut told: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let fresh = Manifest::read(&stage.file()).unwrap();
    (told["bytes"], told["sha256"]) = (fresh.bytes.into(), fresh.sha256.into());
    fs::write(Manifest::path(&stage.file()), told.to_string()).unwrap();
    let found = stage.check().await.unwrap_err();
    assert!(matches!(&found, BackupError::Untrue { model, .. } if model == "session"), "{found}");
}

pub async fn a_backup_stays(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    fs::write(stage.file(), "the last one").unwrap();
    let refused = stage.make(|_| {}).await.unwrap_err();
    let exists =
        matches!(&refused, BackupError::Transfer(error) if matches!(**error, TransferError::Exists { .. }));
    assert!(exists, "{refused}");
    assert_eq!(fs::read(stage.file()).unwrap(), b"the last one");
    let made = stage.make(|backup| (backup.force, backup.verify) = (true, false)).await.unwrap();
    assert_eq!(made.manifest.totals, None);
    assert!(stage.check().await.is_ok(), "it can be looked at later");
}

const ADDRESS: &[u8] = b"user77@example.com";

/// A role that reads everything and may make no database.
pub async fn a_missing_right(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    let name = format!("reader_{}", std::process::id());
    let statements = match stage.backend {
        Backend::Postgres => vec![
            format!("CREATE ROLE {name} LOGIN PASSWORD 'hush'"),
            format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}"),
        ],
        _ => vec![
            format!("CREATE USER '{name}'@'%' IDENTIFIED BY 'hush'"),
            format!(
                "GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER ON {}.* TO '{name}'@'%'",
                database.url.rsplit('/').next().unwrap()
            ),
        ],
    };
    for statement in statements {
        stage.connection.execute_unprepared(&statement).await.expect(&statement);
    }
    let mut url = url::Url::parse(&stage.url).unwrap();
    url.set_username(&name).unwrap();
    url.set_password(Some("hush")).unwrap();
    let connection = auth_core::connect(&DatabaseConfig::new(url.as_str())).await.unwrap();
    let refused = stage.make_as(&connection, url.as_str(), |_| {});
    let refused = refused.await.unwrap_err();
    assert!(matches!(refused, BackupError::NoScratch(_)), "{refused}");
    assert!(
        refused.to_string().contains("CREATEDB") && refused.to_string().contains("--no-verify"),
        "{refused}"
    );
    assert_eq!(names(&stage.folder), Vec::<String>::new(), "no file is left");
    let made = stage.make_as(&connection, url.as_str(), |backup| backup.verify = false);
    assert_eq!(made.await.unwrap().manifest.totals, None);
    connection.close().await.unwrap();
    let statements = match stage.backend {
        Backend::Postgres => vec![format!("DROP OWNED BY {name}"), format!("DROP ROLE {name}")],
        _ => vec![format!("DROP USER '{name}'@'%'")],
    };
    for statement in statements {
        stage.connection.execute_unprepared(&statement).await.expect(&statement);
    }
}
