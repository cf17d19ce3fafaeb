//! Parts of an answer by their path: `deadlines[kind=decision].due_at`, `items.0.id`, `articles.*.article`.
//!
//! Steps stand between points. A name is a field, a number an item, `*` every item; `[path=value]` behind a step is
//! the first item of which that is so. What is not there is null.
use serde_json::Value;

/// A part of an answer.
pub(super) fn part(answer: &Value, path: &str) -> Value {
    let (step, rest) = cut(path);
    let (name, condition) = match step.split_once('[') {
        Some((name, condition)) => (name, condition.strip_suffix(']')),
        None => (step, None),
    };
    let found = match answer {
        Value::Array(items) if name == "*" => {
            return Value::Array(items.iter().map(|item| rest.map_or(item.clone(), |rest| part(item, rest))).collect());
        }
        Value::Array(items) => name.parse::<usize>().ok().and_then(|nth| items.get(nth)),
        Value::Object(fields) => fields.get(name),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    };
    let found = match condition.map(|condition| condition.split_once('=')) {
        None => found,
        Some(None) => None,
        Some(Some((path, value))) => {
            let mut items = found.and_then(Value::as_array).into_iter().flatten();
            items.find(|item| plain(&part(item, path)) == value)
        }
    };
    match (found, rest) {
        (Some(found), Some(rest)) => part(found, rest),
        (Some(found), None) => found.clone(),
        (None, _) => Value::Null,
    }
}

/// The first step of a path, and what follows. A point inside brackets is none.
fn cut(path: &str) -> (&str, Option<&str>) {
    let mut inside = false;
    for (at, letter) in path.char_indices() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            '.' if !inside => return (&path[..at], Some(&path[at + 1..])),
            _ => {}
        }
    }
    (path, None)
}

/// A value as a reader wants it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => match (fields.get("amount"), fields.get("currency")) {
            (Some(Value::String(amount)), Some(Value::String(currency))) => format!("{amount} {currency}"),
            _ => value.to_string(),
        },
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_names_fields_items_all_items_and_the_item_of_which_something_is_so() {
        let answer = json!({
            "id": "cas_1",
            "deadlines": [{ "kind": "lease", "due_at": 1 }, { "kind": "decision", "due_at": 2 }],
            "items": [{ "entry": { "number": 3 }, "content": { "title": "V. 1.0" } }],
            "amount": { "amount": "1.00", "currency": "CNY" },
        });
        assert_eq!(part(&answer, "id"), "cas_1");
        assert_eq!(part(&answer, "deadlines.1.due_at"), 2);
        assert_eq!(part(&answer, "deadlines[kind=decision].due_at"), 2);
        assert_eq!(part(&answer, "deadlines[kind=appeal].due_at"), Value::Null);
        assert_eq!(part(&answer, "deadlines.*.kind"), json!(["lease", "decision"]));
        assert_eq!(part(&answer, "items[content.title=V. 1.0].entry.number"), 3);
        assert_eq!(part(&answer, "items[entry.number=3].content.title"), "V. 1.0");
        assert_eq!(plain(&part(&answer, "amount")), "1.00 CNY");
        assert_eq!(part(&answer, "id.0"), Value::Null);
    }
}
