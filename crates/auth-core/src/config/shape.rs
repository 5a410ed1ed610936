//! Shapes of texts.

/// Whether a text has a shape: `*` stands for any text, `?` for one character.
pub(super) fn fits(shape: &str, text: &str) -> bool {
    let (shape, text) = (shape.as_bytes(), text.as_bytes());
    let (mut at, mut position) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        match shape.get(at) {
            Some(b'*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(letter) if *letter == b'?' || *letter == text[position] => {
                at += 1;
                position += 1;
            }
            // The last star takes one character more.
            _ => match star {
                None => return false,
                Some((star_at, taken)) => {
                    star = Some((star_at, taken + 1));
                    (at, position) = (star_at + 1, taken + 1);
                }
            },
        }
    }
    shape[at..].iter().all(|letter| *letter == b'*')
}
