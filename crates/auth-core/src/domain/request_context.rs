//! Who is asking, from where.

/// What is known about a request; written into the session that it starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestContext {
    /// Address of the client, as text.
    pub ip_address: Option<String>,
    /// What the client says it is.
    pub user_agent: Option<String>,
}

impl RequestContext {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the client's address.
    #[must_use]
    pub fn ip_address(mut self, address: impl Into<String>) -> Self {
        self.ip_address = Some(address.into());
        self
    }

    /// Adds what the client says it is; at most 1,024 characters are kept.
    #[must_use]
    pub fn user_agent(mut self, agent: &str) -> Self {
        self.user_agent = Some(agent.chars().filter(|character| *character != '\0').take(1024).collect());
        self
    }
}
