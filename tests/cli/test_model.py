from renewal.cli.model import current_model


def test_there_is_no_current_model_until_one_of_todays_training_data_is_there(tmp_path):
    assert current_model(tmp_path) is None
    (tmp_path / "renewal-0123456789abcdef.tar.gz").touch()
    assert current_model(tmp_path) is None
