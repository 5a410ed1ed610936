//! The kinds of indexes, and the engines, which differ in what they have of them.

/// A database engine, as far as its indexes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// PostgreSQL.
    Postgres,
    /// MySQL 8.0.13 and newer.
    Mysql,
    /// MariaDB.
    Mariadb,
    /// SQLite 3.
    Sqlite,
}

/// What an index keeps of its columns, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The columns as they are.
    Columns,
    /// The first column in lower case.
    Lower,
    /// Only rows in which a boolean column is true; of them the columns as they are.
    Where {
        /// The boolean column.
        holds: &'static [&'static str; 1],
    },
    /// Only rows in which a boolean column is true; of them the first column in lower case.
    LowerWhere {
        /// The boolean column.
        holds: &'static [&'static str; 1],
    },
    /// Only rows whose instant lies ahead.
    WhereActive,
    /// The columns, and others that are not searched but read from it.
    Covering {
        /// The others.
        with: &'static [&'static str],
    },
    /// A hash of the column: equality only.
    Hash,
    /// The least and the greatest value of each range of pages: for columns that grow as rows come.
    Brin,
    /// The parts of JSON, in a column that the operator names.
    Json,
    /// The words of the columns.
    FullText {
        /// The id, by which the table of words points to a row where there is one.
        id: &'static [&'static str; 1],
    },
    /// The beginning of a long text.
    Prefix {
        /// How many characters.
        length: u16,
    },
}

impl Engine {
    /// Every engine, in the order of tables for people.
    pub const ALL: [Self; 4] = [Self::Postgres, Self::Mysql, Self::Mariadb, Self::Sqlite];

    /// Its name: `PostgreSQL`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL",
            Self::Mariadb => "MariaDB",
            Self::Sqlite => "SQLite",
        }
    }

    /// The engine of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.name() == name)
    }

    /// Whether it speaks MySQL's dialect.
    pub fn is_mysql_family(self) -> bool {
        matches!(self, Self::Mysql | Self::Mariadb)
    }

    /// A name between the engine's quotation marks.
    pub(super) fn quoted(self, name: &str) -> String {
        let mark = if self.is_mysql_family() { "`" } else { "\"" };
        format!("{mark}{}{mark}", name.replace(mark, &mark.repeat(2)))
    }
}

impl Kind {
    /// The columns that it needs besides those of the key.
    pub fn besides(&self) -> &'static [&'static str] {
        match self {
            Self::Where { holds } | Self::LowerWhere { holds } => *holds,
            Self::FullText { id } => *id,
            Self::Covering { with } => with,
            _ => &[],
        }
    }

    /// Whether the operator names the column.
    pub fn asks_for_a_column(&self) -> bool {
        matches!(self, Self::Json)
    }
}
