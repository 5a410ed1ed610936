use super::*;
use crate::config::{CookieCacheStrategy, PoolerMode, TlsMode};

fn read(file: &[(&str, &str)], variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let variables: BTreeMap<String, String> = variables.iter().map(owned).collect();
    Settings::read(&file.iter().map(owned).collect(), |name| variables.get(name).cloned())
}

fn url(file: &[(&str, &str)], variables: &[(&str, &str)]) -> Result<String, String> {
    let settings = read(file, variables).map_err(|error| error.to_string())?;
    Ok(settings.database.url.expose().to_owned())
}

#[test]
fn nothing_said_is_better_auths_own() {
    let settings = read(&[], &[]).unwrap();
    assert_eq!(settings.session.expires_in, time::Duration::days(7));
    assert_eq!(settings.session.update_age, time::Duration::days(1));
    assert_eq!((settings.http.rate_limit.enabled, settings.http.cookies.secure), (false, None));
    assert!(!settings.maintenance.sweep && settings.replica.is_none());
    assert_eq!(settings.database.url.expose(), "sqlite:auth.db");
}

#[test]
fn the_environment_outweighs_the_file_which_outweighs_the_preset() {
    let file = [("preset", "test"), ("session.expires_in_seconds", "90"), ("database.pool_max", "3")];
    let settings = read(&file, &[("DB_POOL_MAX", "7"), ("DB_POOLER", "transaction")]).unwrap();
    assert_eq!((settings.preset, settings.database.max_connections), (Preset::Test, 7));
    assert_eq!(settings.session.expires_in, time::Duration::seconds(90));
    assert_eq!(settings.session.update_age, time::Duration::seconds(10));
    assert_eq!(settings.database.pooler, PoolerMode::Transaction);
    assert_eq!(read(&file, &[("AUTH_PRESET", "development")]).unwrap().preset, Preset::Development);
}

#[test]
fn production_names_its_database_and_verifies_it() {
    let production = ("AUTH_PRESET", "production");
    let error = read(&[], &[production]).unwrap_err();
    assert_eq!(error.name, "DATABASE_URL");
    let tls = |more: &[(&str, &str)]| read(&[], &[&[production], more].concat()).unwrap().database.tls;
    assert_eq!(tls(&[("DATABASE_URL", "postgres://h/x")]), Some(TlsMode::VerifyFull));
    assert_eq!(tls(&[("DATABASE_URL", "postgres://h/x?sslmode=disable")]), None);
    assert_eq!(
        tls(&[("DATABASE_URL", "postgres://h/x"), ("DB_SSL_MODE", "require")]),
        Some(TlsMode::Require)
    );
    let settings = read(&[], &[production, ("DB_HOST", "h"), ("DB_NAME", "x")]).unwrap();
    assert_eq!((settings.http.cookies.secure, settings.http.rate_limit.enabled), (Some(true), true));
    assert!(settings.maintenance.sweep);
}

#[test]
fn parts_make_an_address_whatever_stands_in_them() {
    let parts =
        [("DB_HOST", "db.example.com"), ("DB_PORT", "6432"), ("DB_NAME", "my app"), ("DB_USER", "a@b")];
    assert_eq!(url(&[], &parts).unwrap(), "postgres://a%40b@db.example.com:6432/my%20app");
    let login = [("DB_HOST", "::1"), ("DB_NAME", "x"), ("DB_USER", "u"), ("DB_PASSWORD", "p%41/#@: é")];
    assert_eq!(url(&[], &login).unwrap(), "postgres://u:p%2541%2F%23%40%3A%20%C3%A9@[::1]/x");
    let mysql = [("database.engine", "mysql"), ("database.host", "/run/my.sock"), ("database.name", "x")];
    assert_eq!(url(&mysql, &[]).unwrap(), "mysql://%2Frun%2Fmy%2Esock/x");
    DatabaseConfig::new(url(&[], &login).unwrap()).driver_url().unwrap();
}

#[test]
fn of_two_addresses_the_environments_holds() {
    let (host, name) = (("database.host", "h"), ("database.name", "x"));
    assert_eq!(url(&[host, name], &[("DATABASE_URL", "mysql://m/y")]).unwrap(), "mysql://m/y");
    let parts = [("DB_HOST", "h"), ("DB_NAME", "x")];
    assert_eq!(url(&[("database.url", "mysql://m/y")], &parts).unwrap(), "postgres://h/x");
    let both = url(&[], &[("DATABASE_URL", "mysql://m/y"), ("DB_HOST", "h")]).unwrap_err();
    assert_eq!(both, "DATABASE_URL and DB_HOST are both set: keep one");
}

#[test]
fn what_is_wrong_is_named_without_a_secret() {
    for (file, variables, name) in [
        (vec![("database.poolmax", "3")], vec![], "database.poolmax"),
        (vec![("preset", "staging")], vec![], "preset"),
        (vec![("session.update_age_seconds", "often")], vec![], "session.update_age_seconds"),
        (vec![], vec![("DB_POOL_MAX", "-1")], "DB_POOL_MAX"),
        (vec![], vec![("DB_SSL_MODE", "on")], "DB_SSL_MODE"),
        (vec![], vec![("DB_POOLER", "session")], "DB_POOLER"),
        (vec![], vec![("DB_PASSWORD", "hush")], "DB_PASSWORD"),
        (vec![], vec![("DB_HOST", "h"), ("DB_PASSWORD", "hush")], "DB_NAME"),
        (vec![("database.url", "postgres://u:hush@h/x"), ("database.host", "h")], vec![], "database.url"),
    ] {
        let error = read(&file, &variables).unwrap_err();
        assert_eq!(error.name, name);
        assert!(!error.to_string().contains("hush"), "{error}");
    }
    let settings =
        read(&[], &[("DB_HOST", "h"), ("DB_NAME", "x"), ("DB_USER", "u"), ("DB_PASSWORD", "hush")]);
    let settings = settings.unwrap();
    assert!(!format!("{settings:?}").contains("hush"));
    assert!(settings.database.url.expose().contains("hush"));
}

const REDIS: (&str, &str) = ("AUTH_REDIS_URL", "redis://me:hush@redis.example.org:6379/1");

#[test]
fn nothing_stands_beside_the_database_unless_it_is_said() {
    let settings = read(&[], &[]).unwrap();
    assert!(settings.redis.is_none() && !settings.session.cookie_cache.enabled);
}

#[test]
fn with_redis_sessions_stand_there_alone_unless_it_is_said() {
    let place = |more: &[(&str, &str)]| {
        let settings = read(&[], &[&[REDIS], more].concat()).unwrap();
        assert!(settings.redis.is_some());
        (settings.session.store_in_database, settings.session.preserve_in_database)
    };
    assert_eq!(place(&[]), (false, false));
    assert_eq!(place(&[("AUTH_SESSIONS", "storage")]), (false, false));
    assert_eq!(place(&[("AUTH_SESSIONS", "both")]), (true, false));
    assert_eq!(place(&[("AUTH_SESSIONS", "preserve")]), (true, true));
    let file = [("verification.in_database", "1"), ("redis.url", "redis://one:6379")];
    assert!(read(&file, &[]).unwrap().verification.store_in_database);
}

#[test]
fn the_cookie_needs_no_redis() {
    for (text, strategy) in [
        ("compact", CookieCacheStrategy::Compact),
        ("jwt", CookieCacheStrategy::Jwt),
        ("jwe", CookieCacheStrategy::Jwe),
    ] {
        let cache = read(&[], &[("AUTH_COOKIE_CACHE", text)]).unwrap().session.cookie_cache;
        assert!(cache.enabled && cache.strategy == strategy);
    }
    assert!(!read(&[], &[("AUTH_COOKIE_CACHE", "none")]).unwrap().session.cookie_cache.enabled);
}

#[test]
fn several_servers_stand_together_somehow() {
    let several = ("AUTH_REDIS_URL", "redis://one:6379, redis://two:6379");
    for more in [("AUTH_REDIS_CLUSTER", "1"), ("AUTH_REDIS_SENTINEL", "mymaster")] {
        assert_eq!(read(&[], &[several, more]).unwrap().redis.unwrap().urls.len(), 2, "{more:?}");
    }
}

#[test]
fn what_is_wrong_with_redis_is_named_without_a_secret() {
    let several = ("AUTH_REDIS_URL", "redis://me:hush@one,redis://me:hush@two");
    let none = ("AUTH_REDIS_URL", ",");
    for (variables, name) in [
        (vec![none], "AUTH_REDIS_URL"),
        (vec![several], "AUTH_REDIS_URL"),
        (vec![none, ("AUTH_REDIS_CLUSTER", "1")], "AUTH_REDIS_URL"),
        (vec![none, ("AUTH_REDIS_SENTINEL", "mymaster")], "AUTH_REDIS_URL"),
        (vec![REDIS, ("AUTH_REDIS_CLUSTER", "yes")], "AUTH_REDIS_CLUSTER"),
        (vec![several, ("AUTH_REDIS_CLUSTER", "1"), ("AUTH_REDIS_SENTINEL", "m")], "AUTH_REDIS_SENTINEL"),
        (vec![REDIS, ("AUTH_SESSIONS", "database")], "AUTH_SESSIONS"),
        (vec![REDIS, ("AUTH_VERIFICATIONS_IN_DATABASE", "yes")], "AUTH_VERIFICATIONS_IN_DATABASE"),
        (vec![("AUTH_SESSIONS", "both")], "AUTH_SESSIONS"),
        (vec![("AUTH_REDIS_PREFIX", "mine:")], "AUTH_REDIS_PREFIX"),
        (vec![("AUTH_COOKIE_CACHE", "1")], "AUTH_COOKIE_CACHE"),
    ] {
        let error = read(&[], &variables).unwrap_err();
        assert_eq!(error.name, name);
        assert!(!error.to_string().contains("hush"), "{error}");
    }
    assert!(!format!("{:?}", read(&[], &[REDIS]).unwrap()).contains("hush"));
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_read() {
    let text = include_str!("../../../../../docs/configuration.md");
    let section = text.split("## Settings").nth(1).unwrap();
    let documented: Vec<(&str, &str)> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | `"))
        .map(|(file, rest)| (file, rest.split('`').next().unwrap()))
        .collect();
    let read: Vec<(&str, &str)> = KEYS.iter().map(|key| (key.file, key.variable)).collect();
    assert_eq!(documented, read);
}
