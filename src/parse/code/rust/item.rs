//! Items: in come functions, types, modules and imports of a syntax tree, out come captures.

use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, FnArg, ImplItem, Item, Meta, Pat, Signature, TraitItem, UseTree, Visibility};

use super::Reader;
use crate::parse::code::{Kind, Role};

impl Reader<'_> {
    pub(super) fn file(&mut self, file: &syn::File) {
        self.attributes(&file.attrs);
        for item in &file.items {
            self.item(item);
        }
    }

    pub(super) fn item(&mut self, item: &Item) {
        match item {
            Item::Fn(f) => {
                let start = self.start(&f.attrs, &f.vis, signature_start(&f.sig));
                self.function(start, &f.attrs, &f.vis, &f.sig, Some(&f.block));
            }
            Item::Impl(i) => self.implementation(i),
            Item::Trait(t) => {
                let start = self.start(&t.attrs, &t.vis, t.trait_token.span);
                let class = start..self.range(t.brace_token.span.close()).end;
                self.class(&class, &t.attrs, &t.vis, t.ident.span());
                for bound in &t.supertraits {
                    self.part(&self.range_of(bound), Role::Super);
                }
                t.items.iter().for_each(|item| self.trait_item(item));
            }
            Item::Struct(s) => {
                let start = self.start(&s.attrs, &s.vis, s.struct_token.span);
                let end = self.fields_end(&s.fields).max(self.end_of(s.semi_token.as_ref(), s.ident.span()));
                self.class(&(start..end), &s.attrs, &s.vis, s.ident.span());
                self.fields(&s.fields);
            }
            Item::Enum(e) => {
                let start = self.start(&e.attrs, &e.vis, e.enum_token.span);
                let class = start..self.range(e.brace_token.span.close()).end;
                self.class(&class, &e.attrs, &e.vis, e.ident.span());
                for variant in &e.variants {
                    self.attributes(&variant.attrs);
                    self.fields(&variant.fields);
                }
            }
            Item::Mod(m) => self.module(m),
            Item::Use(u) => {
                self.attributes(&u.attrs);
                let start = self.start(&u.attrs, &u.vis, u.use_token.span);
                self.import(&u.tree, start..self.range(u.semi_token.span).end);
            }
            Item::ExternCrate(e) => {
                let import = self.range(e.extern_token.span).start..self.range(e.semi_token.span).end;
                self.is(&import, Kind::Import);
                let source = self.name(e.ident.span());
                self.part(&source, Role::Source);
            }
            Item::Const(c) => {
                let start = self.start(&c.attrs, &c.vis, c.const_token.span);
                let whole = start..self.range(c.semi_token.span).end;
                self.constant(&whole, &c.attrs, c.ident.span(), &c.ty, Some(&c.expr));
            }
            Item::Static(s) => {
                let start = self.start(&s.attrs, &s.vis, s.static_token.span);
                let whole = start..self.range(s.semi_token.span).end;
                self.constant(&whole, &s.attrs, s.ident.span(), &s.ty, Some(&s.expr));
            }
            Item::Macro(m) => {
                self.attributes(&m.attrs);
                self.macro_call(&m.mac, None);
            }
            _ => {}
        }
    }

    fn implementation(&mut self, i: &syn::ItemImpl) {
        let start = self.start(&i.attrs, &Visibility::Inherited, i.impl_token.span);
        let class = start..self.range(i.brace_token.span.close()).end;
        self.attributes(&i.attrs);
        self.is(&class, Kind::Class);
        if let Some((_, path, _)) = &i.trait_ {
            self.part(&self.range_of(path), Role::Super);
        }
        self.part(&self.range_of(&*i.self_ty), Role::Name);
        for item in &i.items {
            match item {
                ImplItem::Fn(f) => {
                    let start = self.start(&f.attrs, &f.vis, signature_start(&f.sig));
                    self.function(start, &f.attrs, &f.vis, &f.sig, Some(&f.block));
                }
                ImplItem::Const(c) => {
                    let start = self.start(&c.attrs, &c.vis, c.const_token.span);
                    let whole = start..self.range(c.semi_token.span).end;
                    self.constant(&whole, &c.attrs, c.ident.span(), &c.ty, Some(&c.expr));
                }
                ImplItem::Macro(m) => {
                    self.macro_call(&m.mac, None);
                }
                _ => {}
            }
        }
    }

    fn trait_item(&mut self, item: &TraitItem) {
        if let TraitItem::Fn(f) = item {
            let start = self.start(&f.attrs, &Visibility::Inherited, signature_start(&f.sig));
            self.function(start, &f.attrs, &Visibility::Inherited, &f.sig, f.default.as_ref());
        }
    }

    fn module(&mut self, m: &syn::ItemMod) {
        let start = self.start(&m.attrs, &m.vis, m.mod_token.span);
        match &m.content {
            Some((brace, items)) => {
                let class = start..self.range(brace.span.close()).end;
                self.class(&class, &m.attrs, &m.vis, m.ident.span());
                items.iter().for_each(|item| self.item(item));
            }
            // `mod orders;` takes in a file.
            None => {
                self.attributes(&m.attrs);
                self.is(&(start..self.end_of(m.semi.as_ref(), m.ident.span())), Kind::Import);
                self.part(&self.range(m.mod_token.span), Role::Modifier);
                let source = self.name(m.ident.span());
                self.part(&source, Role::Source);
            }
        }
    }

    fn class(&mut self, class: &Range<usize>, attributes: &[Attribute], vis: &Visibility, name: Span) {
        self.attributes(attributes);
        self.is(class, Kind::Class);
        self.visibility(vis);
        let name = self.name(name);
        self.part(&name, Role::Name);
    }

    fn fields(&mut self, fields: &Fields) {
        for field in fields {
            self.attributes(&field.attrs);
            let Some(name) = &field.ident else { continue };
            let start = self.start(&field.attrs, &field.vis, name.span());
            let kind = self.range_of(&field.ty);
            self.is(&(start..kind.end), Kind::Assign);
            self.part(&kind, Role::Type);
            let name = self.name(name.span());
            self.part(&name, Role::Target);
        }
    }

    fn fields_end(&self, fields: &Fields) -> usize {
        match fields {
            Fields::Named(f) => self.range(f.brace_token.span.close()).end,
            Fields::Unnamed(f) => self.range(f.paren_token.span.close()).end,
            Fields::Unit => 0,
        }
    }

    fn constant(
        &mut self,
        whole: &Range<usize>,
        attributes: &[Attribute],
        name: Span,
        ty: &syn::Type,
        value: Option<&syn::Expr>,
    ) {
        self.attributes(attributes);
        self.is(whole, Kind::Assign);
        let name = self.name(name);
        self.part(&name, Role::Target);
        self.part(&self.range_of(ty), Role::Type);
        if let Some(value) = value {
            self.expression(value, Some(Role::Value));
        }
    }

    fn function(
        &mut self,
        start: usize,
        attributes: &[Attribute],
        vis: &Visibility,
        sig: &Signature,
        body: Option<&syn::Block>,
    ) {
        self.attributes(attributes);
        let end = match body {
            Some(block) => self.block(block, Some(Role::Body)).end,
            None => self.range_of(sig).end,
        };
        self.is(&(start..end), Kind::Function);
        self.visibility(vis);
        let words = [sig.asyncness.map(|t| t.span), sig.unsafety.map(|t| t.span), sig.constness.map(|t| t.span)];
        for word in words.into_iter().flatten() {
            self.part(&self.range(word), Role::Modifier);
        }
        let name = self.name(sig.ident.span());
        self.part(&name, Role::Name);
        for input in &sig.inputs {
            match input {
                FnArg::Typed(typed) => {
                    self.attributes(&typed.attrs);
                    self.parameter(&typed.pat, Some(&typed.ty));
                }
                FnArg::Receiver(receiver) => {
                    let whole = self.range_of(receiver);
                    self.is(&whole, Kind::Parameter);
                    self.name(receiver.self_token.span);
                }
            }
        }
        if let syn::ReturnType::Type(_, ty) = &sig.output {
            self.part(&self.range_of(&**ty), Role::Type);
        }
    }

    pub(super) fn parameter(&mut self, pat: &Pat, ty: Option<&syn::Type>) {
        let whole = self.range_of(pat);
        let end = ty.map_or(whole.end, |ty| self.range_of(ty).end);
        self.is(&(whole.start..end), Kind::Parameter);
        if let Some(ty) = ty {
            self.part(&self.range_of(ty), Role::Type);
        }
        self.pattern(pat, None);
    }

    /// The names that a pattern binds, and the whole of it.
    pub(super) fn pattern(&mut self, pat: &Pat, role: Option<Role>) -> Range<usize> {
        let whole = self.range_of(pat);
        let mut names = Vec::new();
        bound(pat, &mut names, 0);
        for name in names {
            self.name(name);
        }
        if let Some(role) = role {
            self.part(&whole, role);
        }
        whole
    }

    fn visibility(&mut self, vis: &Visibility) {
        if !matches!(vis, Visibility::Inherited) {
            self.part(&self.range_of(vis), Role::Modifier);
        }
    }

    /// Attributes; comments in front of items are attributes for `syn`, and none here.
    pub(super) fn attributes(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            if !self.is_written(attribute) {
                continue;
            }
            let end = self.range(attribute.bracket_token.span.close()).end;
            let whole = self.range(attribute.pound_token.span).start..end;
            self.is(&whole, Kind::Decorator);
            let callee = self.path(attribute.path());
            self.part(&callee, Role::Callee);
            match &attribute.meta {
                Meta::Path(_) => {}
                Meta::List(list) => self.loose_arguments(list.tokens.clone()),
                Meta::NameValue(pair) => {
                    self.expression(&pair.value, Some(Role::Argument));
                }
            }
        }
    }

    fn is_written(&self, attribute: &Attribute) -> bool {
        self.slice(&self.range(attribute.pound_token.span)) == "#"
    }

    /// `use a::{b, c as d};`: the source is the path before the names. Groups in groups are imports in imports.
    fn import(&mut self, tree: &UseTree, whole: Range<usize>) {
        self.is(&whole, Kind::Import);
        let (path, last) = self.use_path(tree);
        match last {
            UseTree::Group(group) => {
                self.part(&path, Role::Source);
                group.items.iter().for_each(|item| self.imported(item));
            }
            UseTree::Glob(glob) => {
                self.part(&path, Role::Source);
                self.part(&self.range(glob.star_token.span), Role::Name);
            }
            UseTree::Rename(rename) => {
                self.part(&path, Role::Source);
                let alias = self.name(rename.rename.span());
                self.part(&alias, Role::Alias);
            }
            _ => self.part(&path, Role::Source),
        }
    }

    /// One of the names of a group.
    fn imported(&mut self, tree: &UseTree) {
        let (path, last) = self.use_path(tree);
        match last {
            UseTree::Name(_) => self.part(&path, Role::Name),
            UseTree::Rename(rename) => {
                self.part(&path, Role::Name);
                let alias = self.name(rename.rename.span());
                self.part(&alias, Role::Alias);
            }
            UseTree::Glob(glob) if path.is_empty() => self.part(&self.range(glob.star_token.span), Role::Name),
            _ => self.import(tree, self.range_of(tree)),
        }
    }

    /// The path of names that a part of a `use` begins with, and what stands behind it.
    fn use_path<'u>(&self, tree: &'u UseTree) -> (Range<usize>, &'u UseTree) {
        let mut at = tree;
        let mut path: Option<Range<usize>> = None;
        loop {
            let name = match at {
                UseTree::Path(p) => &p.ident,
                UseTree::Name(n) => &n.ident,
                UseTree::Rename(r) => &r.ident,
                _ => return (path.unwrap_or(0..0), at),
            };
            let name = self.range(name.span());
            path = Some(path.map_or(name.start, |p| p.start)..name.end);
            match at {
                UseTree::Path(p) => at = &p.tree,
                _ => return (path.unwrap_or(0..0), at),
            }
        }
    }

    /// Names a range as a name.
    pub(super) fn name(&mut self, span: Span) -> Range<usize> {
        let range = self.range(span);
        self.is(&range, Kind::Name);
        range
    }

    /// The bytes of a part of the tree that is small: all its tokens are made again to find the first and the last.
    pub(super) fn range_of<T: Spanned>(&self, part: &T) -> Range<usize> {
        self.range(part.span())
    }

    fn end_of(&self, semi: Option<&syn::Token![;]>, name: Span) -> usize {
        semi.map_or_else(|| self.range(name).end, |semi| self.range(semi.span).end)
    }

    /// Where an item begins: at its first attribute that is no comment, its visibility or its keyword.
    fn start(&self, attributes: &[Attribute], vis: &Visibility, keyword: Span) -> usize {
        let attribute = attributes.iter().find(|a| self.is_written(a)).map(|a| self.range(a.pound_token.span).start);
        let vis = (!matches!(vis, Visibility::Inherited)).then(|| self.range_of(vis).start);
        attribute.or(vis).unwrap_or_else(|| self.range(keyword).start)
    }
}

fn signature_start(sig: &Signature) -> Span {
    let words = [sig.constness.map(|t| t.span), sig.asyncness.map(|t| t.span), sig.unsafety.map(|t| t.span)];
    words.into_iter().flatten().next().unwrap_or(sig.fn_token.span)
}

/// The names that a pattern binds.
fn bound(pat: &Pat, names: &mut Vec<Span>, depth: usize) {
    if depth > 64 {
        return;
    }
    let depth = depth + 1;
    match pat {
        Pat::Ident(p) => {
            names.push(p.ident.span());
            if let Some((_, inner)) = &p.subpat {
                bound(inner, names, depth);
            }
        }
        Pat::Or(p) => p.cases.iter().for_each(|c| bound(c, names, depth)),
        Pat::Paren(p) => bound(&p.pat, names, depth),
        Pat::Reference(p) => bound(&p.pat, names, depth),
        Pat::Slice(p) => p.elems.iter().for_each(|e| bound(e, names, depth)),
        Pat::Struct(p) => p.fields.iter().for_each(|f| bound(&f.pat, names, depth)),
        Pat::Tuple(p) => p.elems.iter().for_each(|e| bound(e, names, depth)),
        Pat::TupleStruct(p) => p.elems.iter().for_each(|e| bound(e, names, depth)),
        Pat::Type(p) => bound(&p.pat, names, depth),
        _ => {}
    }
}
