"""YAML as the rulebook allows it: plain data, and no key twice."""

from typing import Any

import yaml

BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DuplicateKeyError(Exception):
    """A mapping has the same key twice, where YAML itself would silently keep the second."""

    def __init__(self, key: object, line: int) -> None:
        super().__init__(f"第 {line} 行重复写了 {key}")
        self.key = key
        self.line = line


class BadDateError(Exception):
    """A key has the form of a date, but there is no such day."""

    def __init__(self, text: str, line: int) -> None:
        super().__init__(f"第 {line} 行：{text} 不是历上有的日期")
        self.text = text
        self.line = line


class StrictLoader(BaseLoader):  # type: ignore[misc]
    """PyYAML's safe loader, which also refuses a key that is there already."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The node's pairs. Raises DuplicateKeyError and BadDateError."""
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self._key(key_node)
            if key in seen:
                raise DuplicateKeyError(key, key_node.start_mark.line + 1)
            seen.add(key)
        pairs: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return pairs

    def _key(self, node: yaml.Node) -> object:
        if not isinstance(node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "键必须是文字或日期", node.start_mark)
        try:
            return self.construct_object(node)
        except ValueError:
            raise BadDateError(str(node.value), node.start_mark.line + 1) from None


def read_yaml(text: str) -> object:
    """The one document in `text`.

    Raises:
        DuplicateKeyError: a key is there twice.
        BadDateError: a key is a day that no calendar has.
        yaml.YAMLError: it is not YAML, or holds more than plain data.
    """
    return yaml.load(text, Loader=StrictLoader)  # noqa: S506 - it is the safe loader, made stricter
