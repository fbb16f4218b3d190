"""Claims of the units on networks, images and speech that can be tested without a library.

The other figures in those units were seen with torch 2.13, scikit-learn 1.9, scikit-image 0.26, OpenCV 5.0, TensorFlow 2.21,
transformers 5.24, spaCy 3.8, librosa 0.11 and Open3D 0.20, on a processor.
"""

import math
from collections.abc import Sequence
from itertools import accumulate

from tests.content.figures import code_of, text_of


def softmax(scores: Sequence[float]) -> list[float]:
    powers = [math.exp(score) for score in scores]
    return [power / sum(powers) for power in powers]


def test_the_neuron_and_the_softmax_have_the_values_of_the_sheet():
    z = 1 * 0.5 + 2 * -0.25 + 0.5
    p = 1 / (1 + math.exp(-z))
    text = text_of("neural-networks", 1, "one-neuron")
    assert f"z is {z}, p {p:.3f}, the loss {-math.log(p):.3f}" in text
    assert f"{p - 1:.3f} and {2 * (p - 1):.3f}" in text
    once = softmax([2, 1, 0])
    text = text_of("neural-networks", 1, "scores-and-softmax")
    assert "{:.3f}, {:.3f} and {:.3f}, and the loss".format(*once) in text
    assert f"{-math.log(once[0]):.3f} if the first class is right and {-math.log(once[2]):.3f}" in text
    assert "probabilities gives {:.3f}, {:.3f} and {:.3f}.".format(*softmax(once)) in text


def paper(weights: Sequence[float]) -> float:
    """The loss of the network on paper: two weights and a bias for each hidden unit, then two weights and a bias."""
    hidden = [max(0.0, weights[i] + 2 * weights[i + 1] + weights[i + 2]) for i in (0, 3)]
    return (weights[6] * hidden[0] + weights[7] * hidden[1] + weights[8] - 1) ** 2


def test_gradients_and_steps_of_the_paper_network_are_right():
    start = [0.5, 0.25, 0, -1, 0.25, 0, 2, 1, -0.5]
    gradient = [2, 4, 2, 0, 0, 0, 1, 0, 1]
    assert paper(start) == 0.25
    for place, expected in enumerate(gradient):
        up, down = (paper([weight + step * (i == place) for i, weight in enumerate(start)]) for step in (0.001, -0.001))
        assert math.isclose((up - down) / 0.002, expected, abs_tol=1e-9)
    losses = [paper([w - rate * g for w, g in zip(start, gradient, strict=True)]) for rate in (0.01, 0.05, 0.1)]
    text = text_of("neural-networks", 1, "one-step-three-rates")
    assert "{:.3f}, {:.3f} and {:.2f}".format(*losses) in text


def test_attention_of_three_positions_is_that_of_the_example():
    rows, values = ((1, 0), (0, 1), (1, 1)), ((1, 0), (0, 1), (2, 2))
    weights = [softmax([(a * c + b * d) / math.sqrt(2) for c, d in rows]) for a, b in rows]
    assert "{:.3f}, {:.3f}, {:.3f}".format(*weights[0]) in text_of("transformer-architecture", 1, "attention-by-hand")
    mixed = [sum(w * value[0] for w, value in zip(row, values, strict=True)) for row in weights]
    assert [f"{value:.3f}" for value in mixed] == ["1.203", "1.000", "1.255"]
    assert f"{2 * 32 * 8 * 128 * 2:,} bytes" in text_of("transformer-architecture", 2, "memory-of-a-cache")
    assert 2 * 32 * 8 * 128 * 2 * 8192 == 2**30


def overlap(one: Sequence[float], other: Sequence[float]) -> float:
    width, height = (min(one[i + 2], other[i + 2]) - max(one[i], other[i]) for i in (0, 1))
    common = max(0.0, width) * max(0.0, height)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return common / (sum(areas) - common)


def test_overlaps_and_average_precision_are_those_of_the_boxes():
    pairs = [((0, 0, 10, 10), (5, 5, 15, 15)), ((0, 0, 10, 10), (2, 2, 12, 12)), ((0, 0, 100, 100), (2, 2, 102, 102))]
    assert "{:.2f}, {:.2f} and {:.2f}".format(*(overlap(*pair) for pair in pairs)) in text_of(
        "object-detection-and-segmentation", 1, "overlap-by-hand"
    )
    found = list(accumulate([1, 0, 1, 1, 0, 1]))
    precision = [right / (place + 1) for place, right in enumerate(found)]
    best = [max(precision[place:]) for place in range(6)]
    area = sum(best[i] / 5 for i in range(6) if i == 0 or found[i] > found[i - 1])
    coco = sum(max((best[i] for i in range(6) if found[i] / 5 >= step / 100), default=0) for step in range(101)) / 101
    text = text_of("object-detection-and-segmentation", 2, "average-precision-by-hand")
    assert f"the area is {area:.3f}" in text
    assert f"COCO uses, {coco:.3f}" in text
    assert f"the overlap is {42 / 58:.2f}" in text
    assert f"the mean over ten limits {coco * 5 / 10:.3f}" in text


def edits(reference: str, transcript: str) -> float:
    words, heard = reference.split(), transcript.split()
    row = list(range(len(heard) + 1))
    for i, word in enumerate(words, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (word != other))
    return row[-1] / len(words)


def test_error_rates_fall_with_each_step_of_normalising():
    assert edits("the cat sat on the mat", "the cat sit on mat today") == 3 / 6
    assert edits("yes", "yes yes yes yes") == 3
    text = text_of("speech-recognition", 1, "normalise-both")
    code, *_others = code_of(text)
    lines = dict[str, str]()
    exec(code, lines)
    said, heard = lines["reference"], lines["transcript"]
    plain = said.lower().replace(",", "").replace(".", "")
    rates = [edits(each, heard) for each in (said, plain, plain.replace("'", " ").replace("8", "eight"))]
    assert "{:.0%}, {:.0%} and {:.0%}".format(*rates) in text


def test_depth_memory_and_check_digits_are_those_of_the_units():
    depths = [994.978 * 0.193 / (disparity + 31.086) for disparity in (10, 40, 60)]
    assert "{:.2f}, {:.2f} and {:.2f} m".format(*depths) in text_of("three-dimensional-vision", 1, "cloud-from-stereo")
    gigabytes = [7 * 16, 7 * (4 + 12 / 8), 7 * 16 / 8]
    assert "{:g} GB on each of eight devices with DDP, {:g} GB with ZeRO 1 and {:g} GB".format(*gigabytes) in text_of(
        "distributed-training", 2, "memory-estimate"
    )
    account = "DE89 3704 0044 0532 0130 00"
    assert account in text_of("information-extraction", 2, "rules-that-prove")
    turned = account.replace(" ", "")[4:] + account[:4]
    assert int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
