//! Python.

use super::World;

#[test]
fn modules_are_found_relative_from_the_root_and_in_source_folders() {
    let world = World::new(&[
        ("shop/__init__.py", ""),
        ("shop/orders/__init__.py", "from .models import Order\nfrom .views import show as view\n"),
        ("shop/orders/models.py", "class Order: pass\n"),
        (
            "shop/orders/views.py",
            "from . import models\nfrom .models import Order\nfrom ..util import x\nfrom ...top import y\nfrom .... import z\nimport shop.orders.models as m\nimport requests, os.path\nfrom .gone import w\nfrom shop.gone import v\nimport importlib\nimportlib.import_module('shop.util')\nimportlib.import_module(name)\n",
        ),
        ("shop/util.py", ""),
        ("top.py", ""),
        ("src/lib/pyproject.toml", ""),
        ("src/lib/src/acme/space/deep.py", ""),
        (
            "tools/run.py",
            "from acme.space import deep\nimport near\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.util import t\n",
        ),
        ("tools/near.py", ""),
    ]);
    let missing = "!no file of the repository has this path";
    assert_eq!(
        world.imports("shop/orders/views.py"),
        [
            "shop/orders/models.py",
            "shop/orders/models.py",
            "shop/util.py",
            "top.py",
            "!leads out of the repository",
            "shop/orders/models.py",
            "package:requests",
            "package:os",
            missing,
            missing,
            "package:importlib",
            "shop/util.py",
            "!computed when the program runs",
        ]
    );
    assert_eq!(
        world.imports("tools/run.py"),
        ["src/lib/src/acme/space/deep.py", "tools/near.py", "package:typing", "shop/util.py"]
    );
    assert_eq!(world.reach("tools/run.py"), ["src/lib/src/acme/space/deep.py", "tools/near.py", "tools/run.py"]);
}

#[test]
fn a_package_hands_on_only_what_is_asked_for() {
    let world = World::new(&[
        ("app/main.py", "from app.orders import show\n"),
        ("app/orders/__init__.py", "from .views import show\nfrom .demo import demo_orders\n"),
        (
            "app/orders/views.py",
            "import os\nBASE = Path(__file__).resolve().parent.parent\nrows = json.load(open(os.path.join(BASE, 'data', 'orders.json')))\nmore = open(Path(__file__).parent.parent / 'data' / 'more.csv')\ndef show(): pass\n",
        ),
        ("app/orders/demo.py", "def demo_orders(): pass\n"),
        ("app/data/orders.json", ""),
        ("app/data/more.csv", ""),
        ("app/orders/data/more.csv", ""),
        ("app/__init__.py", ""),
    ]);
    assert_eq!(
        world.reach("app/main.py"),
        ["app/data/more.csv", "app/data/orders.json", "app/main.py", "app/orders/__init__.py", "app/orders/views.py"]
    );
    assert_eq!(
        world.path("app/main.py", "app/data/orders.json"),
        "app/main.py -app.orders import show-> app/orders/__init__.py -.views import show-> app/orders/views.py -'orders.json'-> app/data/orders.json"
    );
    assert_eq!(world.definition("app/main.py", "show"), "app/orders/views.py: def show(): pass");
}
