//! How a client's address is found.

use std::net::IpAddr;

use ipnet::IpNet;

/// How a client's address is found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClientAddressConfig {
    /// Who may say on whose behalf it asks. Default: nobody, the address is that of the connection.
    pub trusted_proxies: TrustedProxies,
    /// The header in which proxies say it. Default `x-forwarded-for`.
    pub header: String,
    /// How many bits of an IPv6 address tell clients apart; the rest is cleared. Default 64: what one household has.
    pub ipv6_prefix: u8,
    /// Stores no addresses and counts no requests by them. Default false.
    pub disabled: bool,
}

/// Proxies that are believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TrustedProxies {
    /// None.
    #[default]
    Nobody,
    /// Whoever connects is the one proxy: for a server that can be reached by it alone. The last address of the header counts,
    /// since the proxy has added it.
    Peer,
    /// Those in these networks. From the end of the header, the first address outside of them counts.
    Networks(Vec<IpNet>),
}

/// A text that is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{network:?} is no network like 10.0.0.0/8 and no address")]
pub struct InvalidNetwork {
    network: String,
}

impl TrustedProxies {
    /// Networks as text: `10.0.0.0/8`, `192.0.2.1`.
    ///
    /// # Errors
    ///
    /// [`InvalidNetwork`] names the one that cannot be read.
    pub fn networks<'a>(networks: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidNetwork> {
        let network = |text: &str| {
            let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| InvalidNetwork { network: text.to_owned() })
        };
        networks.into_iter().map(network).collect::<Result<_, _>>().map(Self::Networks)
    }
}

impl Default for ClientAddressConfig {
    fn default() -> Self {
        Self {
            trusted_proxies: TrustedProxies::default(),
            header: "x-forwarded-for".to_owned(),
            ipv6_prefix: 64,
            disabled: false,
        }
    }
}
