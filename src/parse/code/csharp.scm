; C#.

(comment) @comment

; an attribute without arguments has the bytes of its name
(attribute) @decorator

; literals
[(string_literal) (verbatim_string_literal) (raw_string_literal) (character_literal) (interpolated_string_expression)] @string
(interpolation) @interpolation
[(integer_literal) (real_literal)] @number
(boolean_literal "true") @true
(boolean_literal "false") @false
(null_literal) @null
[(collection_expression) (tuple_expression)] @list
[(array_creation_expression) (implicit_array_creation_expression)] @list
(variable_declarator (initializer_expression) @list)
(spread_element) @spread
(parenthesized_expression (_) @other) @parens

; an initialiser's entries are pairs of what it makes
(initializer_expression (assignment_expression left: (identifier) @key right: (_) @value) @pair)
(initializer_expression (assignment_expression left: (element_binding_expression (argument (_) @other)) @parens @key right: (_) @value) @pair)
(initializer_expression (initializer_expression . (_) @key . (_) @value .) @pair)
(assignment_expression right: (initializer_expression) @object)
(object_creation_expression initializer: (initializer_expression (_) @argument))
(implicit_object_creation_expression (initializer_expression (_) @argument))
(with_initializer . (_) @key (_) @value) @pair
(with_expression . (_) @value) @await
(anonymous_object_creation_expression) @object
(anonymous_object_creation_expression (identifier) @key @pair.from . "=" . (_) @value @pair.to)

; names
(lambda_expression parameters: (implicit_parameter) @parameter)
[(identifier) (predefined_type) "this" "base"] @identifier
(member_access_expression expression: (_) @receiver name: (identifier) @property) @member
(member_access_expression expression: (_) @receiver name: (generic_name . (_) @property)) @member
(conditional_access_expression condition: (_) @receiver (member_binding_expression name: (_) @property)) @member
(qualified_name qualifier: (_) @receiver name: (_) @property) @member
(element_access_expression expression: (_) @receiver subscript: (bracketed_argument_list (argument (_) @key))) @index

; calls
(invocation_expression function: (_) @callee) @call
(object_creation_expression type: (_) @callee) @new
(implicit_object_creation_expression) @new
(constructor_initializer ["base" "this"] @callee) @call
(argument name: (_) @key (_) @value .) @pair
(argument_list (argument) @argument)
(await_expression (_) @value) @await
(cast_expression type: (_) @type value: (_) @value) @await
(as_expression left: (_) @value right: (_) @type) @await
(postfix_unary_expression (_) @value "!") @await

; functions and classes; a property that computes is a function, one that holds is an assignment
[(method_declaration) (constructor_declaration) (local_function_statement) (lambda_expression) (anonymous_method_expression) (accessor_declaration) (operator_declaration)] @function
(method_declaration returns: (_) @type)
(method_declaration name: (_) @name)
(method_declaration body: (_) @body)
(constructor_declaration name: (_) @name)
(constructor_declaration body: (_) @body)
(local_function_statement name: (_) @name)
(local_function_statement body: (_) @body)
(lambda_expression body: (_) @body)
(anonymous_method_expression (block) @body)
(accessor_declaration name: _ @name)
(accessor_declaration body: (_) @body)
(property_declaration type: (_) @type name: (_) @name value: (arrow_expression_clause) @body) @function
(property_declaration type: (_) @type name: (_) @target) @assign
(property_declaration name: (_) "=" value: (_) @value)
(arrow_expression_clause (_) @value) @return
(parameter) @parameter
(parameter type: (_) @type)
(parameter name: (_) "=" (_) @value)
[(class_declaration) (interface_declaration) (struct_declaration) (record_declaration) (enum_declaration)] @class
(class_declaration name: (_) @name)
(interface_declaration name: (_) @name)
(struct_declaration name: (_) @name)
(record_declaration name: (_) @name)
(enum_declaration name: (_) @name)
(class_declaration body: (_) @body)
(interface_declaration body: (_) @body)
(struct_declaration body: (_) @body)
(record_declaration body: (_) @body)
(base_list (_) @super)
(modifier) @modifier
(attribute name: (_) @callee (attribute_argument_list))
(attribute_argument_list (attribute_argument) @argument)
(attribute_argument name: (_) @key (_) @value .) @pair

; branches
(if_statement condition: (_) @condition consequence: (_) @then) @if
(if_statement alternative: (_) @else)
(conditional_expression condition: (_) @condition consequence: (_) @then alternative: (_) @else) @if
[(switch_statement value: (_) @condition) (switch_expression . (_) @condition)] @other
[(switch_section) (switch_expression_arm)] @case
(switch_section [(constant_pattern) (declaration_pattern) (or_pattern)] @condition)
(switch_expression_arm . (_) @condition (_) @body .)
[(for_statement) (foreach_statement) (while_statement) (do_statement)] @loop
(foreach_statement left: (_) @target right: (_) @iterated body: (_) @body)
(for_statement condition: (_) @condition)
(for_statement body: (_) @body)
(while_statement condition: (_) @condition body: (_) @body)
(do_statement body: (_) @body condition: (_) @condition)
(try_statement body: (_) @body) @try
(catch_clause body: (_) @body) @handler
(catch_clause (catch_declaration type: (_) @type))
(catch_clause (catch_declaration name: (_) @target))
(catch_filter_clause (_) @condition)
(finally_clause (_) @body) @finally
(return_statement) @return
(return_statement (_) @value)
(yield_statement (_) @value) @await
[(throw_statement) (throw_expression)] @throw
(throw_statement (_) @value)
(throw_expression (_) @value)
[(continue_statement) (break_statement)] @skip

; operators
(binary_expression) @binary
(is_expression left: (_) @left right: (_) @right) @compare
(is_pattern_expression expression: (_) @left pattern: (_) @right) @compare
(prefix_unary_expression "!" (_) @value) @not
(unary_expression operator: "!" argument: (_) @value) @not
(assignment_expression left: (_) @left operator: "??=" right: (_) @right) @fallback

; assignments: a declaration of one name is one node, with its type, modifiers and attributes
(assignment_expression left: (_) @target right: (_) @value) @assign
(field_declaration (variable_declaration type: (_) @type . (variable_declarator name: (_) @target) .)) @assign
(local_declaration_statement (variable_declaration type: (_) @type . (variable_declarator name: (_) @target) .)) @assign
(using_statement (variable_declaration type: (_) @type . (variable_declarator name: (_) @target (_) @value .) .) @assign)
(field_declaration (variable_declaration type: (_) . (variable_declarator name: (_) (_) @value .) .))
(local_declaration_statement (variable_declaration type: (_) . (variable_declarator name: (_) (_) @value .) .))
(variable_declaration (variable_declarator name: (_) @target (_) @value .) @assign . (variable_declarator))
(variable_declaration (variable_declarator) . (variable_declarator name: (_) @target (_) @value .) @assign)
(enum_member_declaration name: (_) @target value: (_) @value) @assign

; modules
(using_directive !name [(identifier) (qualified_name)] @source) @import
(using_directive name: (_) @alias [(identifier) (qualified_name) (generic_name)] @source .) @import
(namespace_declaration name: (_) @name) @package
(file_scoped_namespace_declaration name: (_) @name) @package
