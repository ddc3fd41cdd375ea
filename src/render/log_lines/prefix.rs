//! What stands in front of each line: whose it is.
//!
//! Decides how much of a name is needed to tell containers apart, how much of it fits, how bars are lined up, and which
//! part has which colour. A prefix is made once for each container, and anew when those beside it change.

use super::palette::{Color, Colors};
use super::shortening::{self, Parts};
use crate::logs::Source;
use crate::render::Style;

/// What stands in front of each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prefix {
    /// Nothing.
    #[default]
    None,
    /// `[pod/webserver/nginx-container] `, as kubectl has it.
    Kubectl,
    /// `nginx-container | `, the bars lined up.
    Short,
}

/// How many there are to be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// Containers of one pod.
    OnePod,
    /// Of several pods in one namespace.
    Pods,
    /// Of pods in several namespaces.
    Namespaces,
}

/// A name is shown in so many columns at least, however narrow the terminal is.
const FEWEST_COLUMNS: usize = 8;

/// The bar, and a space on each side of it.
const BAR: usize = 3;

/// The prefixes of all containers.
#[derive(Debug)]
pub(super) struct Prefixes {
    form: Prefix,
    style: Style,
    /// Columns a name may take.
    most: usize,
    scope: Scope,
    /// Columns a name takes.
    width: usize,
    namespace: Option<String>,
    pod_colors: Colors,
    container_colors: Colors,
    /// By the index of the track.
    bearers: Vec<Option<Bearer>>,
}

/// A container whose lines bear a prefix.
#[derive(Debug)]
struct Bearer {
    namespace: String,
    pod: String,
    container: String,
    pod_color: Color,
    container_color: Color,
    /// As it is shown, where that is the short form.
    shown: Parts,
    text: Vec<u8>,
}

impl Prefixes {
    /// For a terminal or a pipe of that style; names are shortened only where there is a width.
    pub(super) fn new(form: Prefix, style: Style, scope: Scope) -> Self {
        let third = |columns: u16| (usize::from(columns) / 3).saturating_sub(BAR).max(FEWEST_COLUMNS);
        Self {
            form,
            style,
            most: style.width.map_or(usize::MAX, third),
            scope,
            width: 0,
            namespace: None,
            pod_colors: Colors::new(style),
            container_colors: Colors::new(style),
            bearers: Vec::new(),
        }
    }

    /// The scope, as far as it is known.
    pub(super) fn scope(&self) -> Scope {
        self.scope
    }

    /// There are so many to be told apart, at least.
    pub(super) fn widen(&mut self, scope: Scope) {
        if scope > self.scope {
            self.scope = scope;
            self.make_all();
        }
    }

    /// Leaves room for these names of pods and containers, so that bars line up from the first line on.
    pub(super) fn leave_room<'a>(&mut self, names: impl Iterator<Item = (&'a str, &'a str)>) {
        let columns = |(pod, container)| shortening::columns(&parts(self.scope, None, pod, container));
        let widest = names.map(columns).max().unwrap_or_default();
        self.width = self.width.max(widest.min(self.most));
    }

    /// What stands in front of that container's lines.
    pub(super) fn of(&mut self, index: usize, source: &Source) -> &[u8] {
        if !matches!(self.bearers.get(index), Some(Some(_))) {
            self.meet(index, source);
        }
        self.bearers[index].as_ref().map(|bearer| bearer.text.as_slice()).unwrap_or_default()
    }

    /// Nothing more will come of that container.
    pub(super) fn forget(&mut self, index: usize) {
        if let Some(gone) = self.bearers.get_mut(index).and_then(Option::take) {
            self.pod_colors.take_back(&gone.namespace, &gone.pod);
            self.container_colors.take_back("", &gone.container);
        }
    }

    fn meet(&mut self, index: usize, source: &Source) {
        if self.bearers.len() <= index {
            self.bearers.resize_with(index + 1, || None);
        }
        let namespace = source.namespace.clone().unwrap_or_default();
        if *self.namespace.get_or_insert_with(|| namespace.clone()) != namespace && self.form == Prefix::Short {
            self.widen(Scope::Namespaces);
        }
        let mut bearer = Bearer {
            namespace,
            pod: source.pod.clone(),
            container: source.container.clone(),
            pod_color: Color::Plain(0),
            container_color: self.container_colors.give("", &source.container),
            shown: Parts::new(),
            text: Vec::new(),
        };
        bearer.pod_color = self.pod_colors.give(&bearer.namespace, &bearer.pod);
        bearer.shown = self.shown(&bearer);
        let columns = shortening::columns(&bearer.shown);
        bearer.text = self.text(&bearer);
        self.bearers[index] = Some(bearer);
        if columns > self.width {
            self.width = columns;
            self.line_up();
        }
    }

    /// Names anew, where more is needed to tell them apart.
    fn make_all(&mut self) {
        let mut all = std::mem::take(&mut self.bearers);
        self.bearers.resize_with(all.len(), || None);
        for (index, bearer) in all.iter_mut().enumerate() {
            let Some(mut bearer) = bearer.take() else { continue };
            bearer.shown = self.shown(&bearer);
            self.width = self.width.max(shortening::columns(&bearer.shown));
            self.bearers[index] = Some(bearer);
        }
        self.line_up();
    }

    /// Texts anew, with the bars in the same column.
    fn line_up(&mut self) {
        for index in 0..self.bearers.len() {
            let text = self.bearers[index].as_ref().map(|bearer| self.text(bearer));
            if let (Some(bearer), Some(text)) = (&mut self.bearers[index], text) {
                bearer.text = text;
            }
        }
    }

    /// The name as it fits, unlike all others.
    fn shown(&self, bearer: &Bearer) -> Parts {
        if self.form != Prefix::Short {
            return Parts::new();
        }
        let name = bearer.parts(self.scope);
        if shortening::columns(&name) <= self.most {
            return name;
        }
        let others: Vec<(Parts, &Parts)> =
            self.bearers.iter().flatten().map(|other| (other.parts(self.scope), &other.shown)).collect();
        shortening::fit(&name, self.most, |shown| {
            others.iter().find(|(other, other_shown)| *other_shown == shown && *other != name).map(|(other, _)| other)
        })
    }

    fn text(&self, bearer: &Bearer) -> Vec<u8> {
        let Bearer { namespace, pod, container, shown, .. } = bearer;
        let text = match (self.form, shown.split_last()) {
            (Prefix::None, _) | (Prefix::Short, None) => String::new(),
            (Prefix::Kubectl, _) if self.scope == Scope::Namespaces => {
                self.paint(bearer, &format!("[{namespace}/pod/{pod}/"), container, "]") + " "
            }
            (Prefix::Kubectl, _) => self.paint(bearer, &format!("[pod/{pod}/"), container, "]") + " ",
            (Prefix::Short, Some((container, before))) => {
                let before: String = before.iter().flat_map(|part| [part.as_str(), "/"]).collect();
                let padding = self.width.saturating_sub(shortening::columns(shown));
                self.paint(bearer, &before, container, &format!("{:padding$} |", "")) + " "
            }
        };
        text.into_bytes()
    }

    /// The container in its colour, and what is around it in the pod's, where there are several.
    fn paint(&self, bearer: &Bearer, before: &str, container: &str, after: &str) -> String {
        let whole = || format!("{before}{container}{after}");
        match self.scope {
            _ if !self.style.color => whole(),
            Scope::OnePod => bearer.container_color.paint(&whole()),
            Scope::Pods | Scope::Namespaces => {
                let (pod, container) = (bearer.pod_color, bearer.container_color.paint(container));
                format!("{}{container}{}", pod.paint(before), pod.paint(after))
            }
        }
    }
}

impl Bearer {
    fn parts(&self, scope: Scope) -> Parts {
        parts(scope, Some(&self.namespace), &self.pod, &self.container)
    }
}

/// A container's name in full, as far as it is needed to tell it from the others.
pub(super) fn name(scope: Scope, source: &Source) -> String {
    parts(scope, source.namespace.as_deref(), &source.pod, &source.container).join("/")
}

fn parts(scope: Scope, namespace: Option<&str>, pod: &str, container: &str) -> Parts {
    let namespace = namespace.filter(|name| scope >= Scope::Namespaces && !name.is_empty());
    let pod = (scope >= Scope::Pods).then_some(pod);
    namespace.into_iter().chain(pod).chain([container]).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
