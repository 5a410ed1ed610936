//! Who is asking, from where.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use auth_core::Auth;
use auth_core::config::{ClientAddressConfig, TrustedProxies};
use auth_core::domain::RequestContext;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};

/// Reads the client's address and what it says it is.
pub(crate) fn request_context(auth: &Auth, parts: &Parts) -> RequestContext {
    let mut context = RequestContext::new();
    if let Some(address) = address(auth, &parts.headers, &parts.extensions) {
        context = context.ip_address(address);
    }
    if let Some(agent) = parts.headers.get(header::USER_AGENT) {
        context = context.user_agent(&String::from_utf8_lossy(agent.as_bytes()));
    }
    context
}

/// The client's address: that of the connection, if the server tells it, or what a trusted proxy says.
pub(crate) fn address(auth: &Auth, headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
    let config = &auth.http_config().client_address;
    if config.disabled {
        return None;
    }
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let address = match &config.trusted_proxies {
        TrustedProxies::Peer => hops(config, headers).last().copied().flatten().or(peer),
        TrustedProxies::Networks(networks) => {
            let trusted = |address: &IpAddr| networks.iter().any(|network| network.contains(address));
            match peer {
                Some(peer) if trusted(&peer) => {
                    first_untrusted(&hops(config, headers), trusted).or(Some(peer))
                }
                other => other,
            }
        }
        _ => peer,
    };
    address.map(|address| written(address, config.ipv6_prefix))
}

/// From the end, the first hop that is not a trusted proxy. Beyond one that cannot be read, nothing is believed.
fn first_untrusted(hops: &[Option<IpAddr>], trusted: impl Fn(&IpAddr) -> bool) -> Option<IpAddr> {
    hops.iter().rev().find(|hop| hop.as_ref().is_none_or(|hop| !trusted(hop))).copied().flatten()
}

/// What the header says, first to last; `None` for what is no address.
fn hops(config: &ClientAddressConfig, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(config.header.as_str()).iter();
    let texts = lines.flat_map(|line| line.to_str().unwrap_or_default().split(','));
    texts.map(|text| parse(text.trim())).collect()
}

/// Some proxies add the port.
fn parse(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let address =
        bracketed.unwrap_or(text).parse().or_else(|_| text.parse().map(|socket: SocketAddr| socket.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

/// As Better Auth stores it: IPv6 in full length, with the bits that do not tell clients apart cleared.
fn written(address: IpAddr, ipv6_prefix: u8) -> String {
    let IpAddr::V6(address) = address else {
        return address.to_string();
    };
    // This machine has one address, not a network of them.
    let kept = if address.is_loopback() { 128 } else { u32::from(ipv6_prefix.min(128)) };
    let mask = u128::MAX.checked_shl(128 - kept).unwrap_or(0);
    let groups = Ipv6Addr::from_bits(address.to_bits() & mask).segments();
    groups.map(|group| format!("{group:04x}")).join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_better_auth_does() {
        let of = |text: &str, prefix| written(parse(text).unwrap(), prefix);
        assert_eq!(of("203.0.113.9", 64), "203.0.113.9");
        assert_eq!(of("::ffff:203.0.113.9", 64), "203.0.113.9");
        assert_eq!(of("2001:DB8::1", 64), "2001:0db8:0000:0000:0000:0000:0000:0000");
        assert_eq!(of("2001:db8::1", 128), "2001:0db8:0000:0000:0000:0000:0000:0001");
        assert_eq!(of("2001:db8::1", 0), "0000:0000:0000:0000:0000:0000:0000:0000");
        assert_eq!(of("[2001:db8::1]:443", 32), "2001:0db8:0000:0000:0000:0000:0000:0000");
        assert_eq!(of("203.0.113.9:1234", 64), "203.0.113.9");
        assert_eq!(of("::1", 64), "0000:0000:0000:0000:0000:0000:0000:0001");
        assert_eq!(parse("unknown"), None);
    }

    #[test]
    fn behind_proxies_the_first_stranger_from_the_end_counts() {
        let hops = |text: &str| text.split(", ").map(parse).collect::<Vec<_>>();
        let trusted = |address: &IpAddr| address.to_string().starts_with("10.");
        let found = |text: &str| first_untrusted(&hops(text), trusted).map(|address| address.to_string());
        assert_eq!(found("1.1.1.1, 2.2.2.2, 10.0.0.1").as_deref(), Some("2.2.2.2"));
        assert_eq!(found("1.1.1.1, junk, 10.0.0.1"), None);
        assert_eq!(found("10.0.0.2, 10.0.0.1"), None);
    }
}
