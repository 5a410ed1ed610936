//! The flavours of `cargo xtask interop`: in what way Better Auth and `auth-server` meet.

/// A way in which Better Auth makes and names a database, and what tells `auth-server` about it.
#[derive(Debug)]
pub(super) struct Flavour {
    pub(super) name: &'static str,
    /// The text of the file of `AUTH_CONFIG`.
    pub(super) config: &'static str,
    pub(super) engines: &'static [&'static str],
    /// Words that choose steps; none: all.
    pub(super) steps: &'static [&'static str],
    /// Secrets with versions, for both sides.
    pub(super) secrets: Option<&'static str>,
    /// Whether both sides share Redis.
    pub(super) redis: bool,
    /// More variables of `auth-server`.
    pub(super) variables: &'static [(&'static str, &'static str)],
}

impl Flavour {
    /// All steps on all engines.
    const fn whole(name: &'static str, config: &'static str) -> Self {
        Self {
            name,
            config,
            engines: &["sqlite", "postgres", "mysql"],
            steps: &[],
            secrets: None,
            redis: false,
            variables: &[],
        }
    }

    /// Those steps that meet what is different: which rows are written, and whether they are found.
    const fn part(name: &'static str, config: &'static str) -> Self {
        Self { steps: &["accounts", "sessions", "providers"], ..Self::whole(name, config) }
    }

    /// Sessions beside the database, on tables as `stock` has them.
    const fn beside(
        name: &'static str,
        engines: &'static [&'static str],
        variables: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { engines, variables, ..Self::whole(name, "naming = \"better-auth\"") }
    }
}

/// All of them, in the order in which they run.
pub(super) const FLAVOURS: [Flavour; 13] = [
    Flavour::whole("stock", "naming = \"better-auth\""),
    Flavour {
        secrets: Some("2:newer-only-for-tests-0123456789abcdef,1:older-only-for-tests-0123456789abcdef"),
        ..Flavour::whole("snake", "naming = \"snake\"")
    },
    Flavour::whole("drizzle", "naming = \"drizzle\""),
    Flavour::whole("prisma", "naming = \"better-auth\""),
    Flavour { engines: &["sqlite"], ..Flavour::whole("prisma-ms", "naming = \"better-auth\"") },
    Flavour::part("uuid", "naming = \"better-auth\"\nids = \"uuid\""),
    Flavour::part("serial", "naming = \"better-auth\"\nids = \"serial\""),
    Flavour::part("issuer", "naming = \"better-auth\""),
    Flavour { redis: true, ..Flavour::beside("redis", &["sqlite", "postgres"], &[]) },
    Flavour {
        redis: true,
        ..Flavour::beside(
            "redis-both",
            &["sqlite", "postgres"],
            &[
                ("AUTH_SESSIONS", "both"),
                ("AUTH_VERIFICATIONS_IN_DATABASE", "1"),
                ("AUTH_COOKIE_CACHE", "compact"),
            ],
        )
    },
    Flavour {
        redis: true,
        // All others send more than they let through.
        steps: &["rate limits"],
        ..Flavour::beside("redis-limits", &["sqlite"], &[("AUTH_RATE_LIMIT", "1")])
    },
    Flavour::beside("cookie-jwt", &["sqlite"], &[("AUTH_COOKIE_CACHE", "jwt")]),
    Flavour::beside("cookie-jwe", &["sqlite"], &[("AUTH_COOKIE_CACHE", "jwe")]),
];
