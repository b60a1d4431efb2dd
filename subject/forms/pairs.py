"""Any forward and backward function."""

from .form import Form

FORM = Form(
    name="pairs",
    order=9,
    what="any forward function with its backward function, which a file declares, or calls in its "
    "own demonstration; there is no reference but the derivative",
    example="""\
import cellcheck


def scale_forward(x, w):
    return x * w, (x, w)


@cellcheck.pair(x="N D", w="D")
def scale_backward(dout, cache):
    x, w = cache
    return dout * w, (dout * x).sum(axis=0)
""",
    variants=(
        "a decorator, an adapter of a few lines beside the file, or calls that are recorded",
        "methods of a class",
        "a forward function that gives its gradients, too",
    ),
    not_read=("what neither declares nor calls them",),
)
